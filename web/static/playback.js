// Playing a recording: jump, slower and faster, and the viewer's name and the time over the picture.

const EVERY = 1000;
const PLACES = [[4, 6], [52, 8], [28, 44], [6, 76], [56, 70]]; // % from the left and from the top
const STAYS = 20; // seconds in one place: whoever films the screen cannot cut it off

function mark(element) {
  const now = new Date();
  const [left, top] = PLACES[Math.floor(now / 1000 / STAYS) % PLACES.length];
  element.textContent = `${element.dataset.who} ${now.toLocaleString("zh-CN", { hour12: false })}`;
  element.style.left = `${left}%`;
  element.style.top = `${top}%`;
}

for (const player of document.querySelectorAll(".player")) {
  const video = player.querySelector("video");
  player.addEventListener("click", (event) => {
    const jump = event.target.closest("[data-jump]");
    if (jump) video.currentTime = Math.max(0, video.currentTime + Number(jump.dataset.jump));
    if (!event.target.closest("[data-full]")) return;
    if (document.fullscreenElement) document.exitFullscreen();
    else player.querySelector(".screen").requestFullscreen(); // with the mark, not the video alone
  });
  player.querySelector("[data-speed]").addEventListener("change", (event) => {
    video.playbackRate = video.defaultPlaybackRate = Number(event.target.value);
  });
}

const marks = document.querySelectorAll(".player .viewer");
const tick = () => marks.forEach(mark);
tick();
setInterval(tick, EVERY);
