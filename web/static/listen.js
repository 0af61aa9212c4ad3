// "听一听": the centre's own sound of a text, or the phone's own voice if it speaks Mandarin.
import { ask } from "./api.js";

const EVERY = 2000;
const TRIES = 150;
const WORDS = {
  idle: "听一听",
  making: "正在准备声音，第一次要等一两分钟……",
  failed: "声音还没有准备好，请过一会儿再点，或者看下面的文字。",
  stop: "停下",
};

const wait = (span) => new Promise((done) => setTimeout(done, span));

/** The voice of this phone that speaks Mandarin, if it has one. */
function mandarin() {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  return voices.find((one) => /^(zh|cmn)([-_](CN|Hans))?/i.test(one.lang) && !/HK|TW|yue/i.test(one.lang));
}

async function prepared(address, face) {
  for (let left = TRIES; left > 0; left -= 1) {
    if ((await ask(address, { method: "POST", face })).ready) return true;
    await wait(EVERY);
  }
  return false;
}

async function play(box) {
  const button = box.querySelector("button");
  const said = box.querySelector("[role=status]");
  button.disabled = true;
  said.textContent = WORDS.making;
  try {
    if (!(await prepared(box.dataset.listen, box.dataset.face))) throw new Error("late");
    const sound = box.querySelector("audio");
    sound.src = box.dataset.sound;
    sound.hidden = false;
    button.hidden = true;
    said.textContent = "";
    await sound.play().catch(() => {}); // the person may have to tap the player itself
  } catch {
    said.textContent = WORDS.failed;
    button.disabled = false;
  }
}

function speak(box, voice) {
  const button = box.querySelector("button");
  if (window.speechSynthesis.speaking) {
    window.speechSynthesis.cancel();
    button.textContent = WORDS.idle;
    return;
  }
  const words = new SpeechSynthesisUtterance(document.getElementById(box.dataset.text).textContent);
  words.voice = voice;
  words.lang = voice.lang;
  words.onend = () => (button.textContent = WORDS.idle);
  button.textContent = WORDS.stop;
  window.speechSynthesis.speak(words);
}

function offer(box) {
  const button = box.querySelector("button");
  if (box.dataset.listen) {
    box.hidden = false;
    button.addEventListener("click", () => play(box));
    return;
  }
  const show = () => {
    const voice = mandarin();
    if (!voice || !box.hidden) return;
    box.hidden = false;
    button.addEventListener("click", () => speak(box, voice));
  };
  show();
  window.speechSynthesis?.addEventListener?.("voiceschanged", show);
}

for (const box of document.querySelectorAll(".listen")) offer(box);
