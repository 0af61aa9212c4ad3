// The test page: one press, then camera, microphone, sound and network, and one sentence at the end.

import { Meter, hum, open, play } from "./devices.js";
import { tryLine } from "./line.js";
import { conclude, judge } from "./verdict.js";
import { CAMERA, MICROPHONE, NETWORK, RESULT, SIGN, SPEAKER, figures } from "./words.js";

const at = (id) => document.getElementById(id);
const { ticket } = at("test").dataset;
const SPEAKS_WITHIN = 8000; // ms after which we say that nothing was heard
const KIND = { good: "good", thin: "thin", thinSound: "thin", poor: "bad", none: "bad" };

const has = { picture: false, sound: false, spoke: false, deaf: false };
let line = null; // until it was tried
let clock = null;
let meter = null;

function tell(id, is, words) {
  at(id).dataset.is = is;
  at(id).querySelector(".sign").textContent = SIGN[is];
  at(id).querySelector(".said").textContent = words;
}

async function begin() {
  at("start").hidden = true;
  at("going").hidden = false;
  for (const id of ["camera", "microphone", "speaker", "network"]) at(id).querySelector(".sign").textContent = SIGN.going;
  clock = new AudioContext(); // within the press, or phones play nothing
  clock.resume();
  const { stream, camera, microphone } = await open();
  showCamera(stream, camera);
  showMicrophone(stream, microphone);
  ring();
  line = await tryLine({ ticket, stream: sendable(stream), show: showBack, told: (left) => tell("network", "going", NETWORK.measuring(left)) });
  showNetwork();
  showResult();
  at("verdict").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function showCamera(stream, why) {
  has.picture = !why;
  tell("camera", why ? "bad" : "good", why ? (CAMERA[why] ?? CAMERA.other) : CAMERA.good);
  at("mirror").hidden = Boolean(why);
  if (!why) watch(at("mirror"), new MediaStream(stream.getVideoTracks()));
}

function showMicrophone(stream, why) {
  has.sound = !why;
  if (why) return tell("microphone", "bad", MICROPHONE[why] ?? MICROPHONE.other);
  tell("microphone", "going", MICROPHONE.speak);
  at("level").hidden = false;
  meter = new Meter(clock, stream, {
    level: (loud) => (at("level").value = loud),
    spoke() {
      has.spoke = true;
      tell("microphone", "good", MICROPHONE.good);
      showResult();
    },
  });
  setTimeout(() => !has.spoke && tell("microphone", "bad", MICROPHONE.silent), SPEAKS_WITHIN);
}

async function ring() {
  if (meter) meter.deaf = true;
  await play(clock);
  if (meter) meter.deaf = false;
  if (at("speaker").dataset.is === "going") tell("speaker", "asks", SPEAKER.asks);
}

function answer(heard) {
  has.deaf = !heard;
  tell("speaker", heard ? "good" : "bad", heard ? SPEAKER.good : SPEAKER.bad);
  at("heard").hidden = heard;
  at("unheard").hidden = heard;
  at("unheard").textContent = SPEAKER.again;
  showResult();
}

function ringAgain() {
  tell("speaker", "going", SPEAKER.rings);
  at("unheard").textContent = SPEAKER.unheard;
  ring();
}

// Without a microphone a soft tone goes along, so that there is something to come back.
function sendable(stream) {
  return stream.getAudioTracks().length ? stream : new MediaStream([...stream.getVideoTracks(), hum(clock)]);
}

function showBack(stream) {
  at("returned").hidden = !has.picture;
  watch(at("back"), stream);
}

function watch(video, stream) {
  video.srcObject = stream;
  video.play().catch(() => {});
}

function showNetwork() {
  at("returned").hidden = true;
  if (!line.connected) {
    const why = NETWORK[line.why] ?? (line.reached ? NETWORK.blocked : NETWORK.unreached);
    return tell("network", "bad", why);
  }
  const way = judge(line, has);
  const good = ["direct", "udp"].includes(line.way) ? NETWORK[line.way] : NETWORK.tcp;
  const words = { good, thin: NETWORK.thin, poor: NETWORK.poor, none: NETWORK.blocked };
  tell("network", { poor: "bad", none: "bad" }[way] ?? way, words[way]);
  at("figures").textContent = figures(line);
  at("more").hidden = false;
}

function showResult() {
  if (!line) return;
  const name = conclude(line, has);
  [at("result").textContent, at("then").textContent] = RESULT[name];
  at("verdict").dataset.is = KIND[name] ?? "thin";
  at("enter").hidden = KIND[name] === "bad" || name === "later";
  at("verdict").hidden = false;
}

at("go").onclick = begin;
at("heard").onclick = () => answer(true);
at("unheard").onclick = () => (at("speaker").dataset.is === "bad" ? ringAgain() : answer(false));
at("go").focus();
