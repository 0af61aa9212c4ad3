// Playing a recording: jump, also to a speaker, slower and faster, and the viewer's name and the time over the picture.

import { ask } from "./api.js";

const EVERY = 1000;
const PLACES = [
  { left: "4%", top: "10%" },
  { right: "4%", top: "12%" },
  { left: "12%", top: "40%" },
  { left: "6%", bottom: "14%" },
  { right: "6%", bottom: "20%" },
];
const STAYS = 20; // seconds in one place: whoever films the screen cannot cut it off
const LOOKS = 20000; // between two questions how far a film is: a part of it takes longer
const BEFORE = 0.3; // seconds: a word begins a little before its sound is loud

function mark(element) {
  const now = new Date();
  element.textContent = `${element.dataset.who} ${now.toLocaleString("zh-CN", { hour12: false })}`;
  const place = PLACES[Math.floor(now / 1000 / STAYS) % PLACES.length];
  Object.assign(element.style, { inset: "auto" }, place);
}

function jumpTo(video, second) {
  video.currentTime = Math.max(0, second);
}

for (const player of document.querySelectorAll(".player")) {
  const video = player.querySelector("video");
  const turns = [...player.querySelectorAll("[data-at]")];
  player.addEventListener("click", (event) => {
    const { jump, at, next } = event.target.closest("[data-jump], [data-at], [data-next]")?.dataset ?? {};
    if (jump) jumpTo(video, video.currentTime + Number(jump));
    if (at) speak(Number(at));
    if (next) speak(after(next));
    if (!event.target.closest("[data-full]")) return;
    if (document.fullscreenElement) document.exitFullscreen();
    else player.querySelector(".screen").requestFullscreen(); // with the mark, not the video alone
  });
  player.querySelector("[data-speed]").addEventListener("change", (event) => {
    video.playbackRate = video.defaultPlaybackRate = Number(event.target.value);
  });
  if (turns.length) video.addEventListener("timeupdate", () => show(video.currentTime));

  function after(name) {
    const own = turns.filter((one) => one.dataset.name === name).map((one) => Number(one.dataset.at));
    return own.find((at) => at - BEFORE > video.currentTime + 0.05) ?? own[0];
  }

  function speak(second) {
    jumpTo(video, second - BEFORE);
    video.play();
  }

  function show(second) {
    for (const one of turns) {
      const active = Number(one.dataset.at) <= second && second < Number(one.dataset.until);
      if (active === one.hasAttribute("aria-current")) continue;
      if (!active) one.removeAttribute("aria-current");
      else one.setAttribute("aria-current", "true");
      if (active) one.parentElement.parentElement.scrollTop = one.offsetTop - one.parentElement.parentElement.offsetTop - 88;
    }
  }
}

function progress(making, { done, parts }) {
  const bar = making.querySelector("progress");
  [bar.max, bar.value] = [parts, done];
  making.querySelector("[data-queued]").hidden = true;
  making.querySelector("[data-known]").hidden = false;
  making.querySelector("[data-done]").textContent = done;
  making.querySelector("[data-parts]").textContent = parts;
}

for (const making of document.querySelectorAll("[data-films]")) {
  const looking = setInterval(async () => {
    const face = location.pathname.startsWith("/desk") ? "staff" : "resident";
    const { items } = await ask(making.dataset.films, { face }).catch(() => ({ items: [] }));
    const one = items.find((each) => each.aside === making.dataset.aside);
    if (one?.parts) progress(making, one);
    const watching = [...document.querySelectorAll("video")].some((video) => !video.paused);
    if (!one?.ready || watching) return;
    clearInterval(looking);
    location.reload();
  }, LOOKS);
}

const marks = document.querySelectorAll(".player .viewer");
const tick = () => marks.forEach(mark);
tick();
setInterval(tick, EVERY);
