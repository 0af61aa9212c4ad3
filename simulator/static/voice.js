// The microphone: it records until the voice is sent or dropped, a minute at most as on a real phone.

import { once, tell, upload } from "./talk.js";

const LONGEST = 60; // seconds; then it is sent
const get = (id) => document.getElementById(id);
let recorder = null;
let heard = [];
let ticking = 0;
let visit = 0; // to the chat; the browser may ask for the microphone until after it

function show(recording) {
  get("speak").hidden = recording;
  get("speaking").hidden = !recording;
}

async function begin() {
  const asked = visit;
  let line;
  try {
    line = await navigator.mediaDevices.getUserMedia({ audio: true });
  } catch {
    tell("这里用不了麦克风。可以选一段录音发出去。");
    return;
  }
  if (asked !== visit) {
    release(line);
    return;
  }
  heard = [];
  recorder = new MediaRecorder(line);
  recorder.addEventListener("dataavailable", ({ data }) => heard.push(data));
  recorder.start();
  count(0);
  show(true);
}

function release(line) {
  for (const track of line.getTracks()) track.stop();
}

function count(seconds) {
  get("seconds").textContent = String(seconds);
  if (seconds < LONGEST) ticking = setTimeout(() => count(seconds + 1), 1000);
  else send();
}

// Whatever was said, the microphone is given back.
function end() {
  clearTimeout(ticking);
  const ended = recorder;
  recorder = null;
  show(false);
  if (ended === null) return Promise.resolve();
  const stopped = new Promise((done) => ended.addEventListener("stop", done, { once: true }));
  ended.stop();
  release(ended.stream);
  return stopped;
}

async function send() {
  if (recorder === null) return;
  await end();
  await upload("/phone/voice", "voice", new Blob(heard));
}

// Whoever leaves the chat is not heard any more.
export function stopListening() {
  visit += 1;
  end();
}

export function wireVoice() {
  get("speak").addEventListener("click", (event) => once(event.currentTarget, begin));
  get("send-voice").addEventListener("click", (event) => once(event.currentTarget, send));
  get("drop-voice").addEventListener("click", (event) => once(event.currentTarget, end));
  get("recording").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) await upload("/phone/voice", "voice", file);
    event.target.value = "";
  });
}
