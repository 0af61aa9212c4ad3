// The desk rings while somebody may be in danger and nobody has said that they take care of it.

const EVERY = 2000; // milliseconds
const list = document.getElementById("list");
const button = document.getElementById("ring");
const silenced = new Set();
let sound = null;
let timer = null;

const alarms = () => [...list.querySelectorAll(".line.alarmed .line-main")].map((one) => one.pathname);

// A browser lets a page sound only once somebody has touched it.
async function touched() {
  sound ??= new AudioContext();
  await sound.resume();
  look();
}

function look() {
  const heard = sound?.state === "running";
  const open = alarms();
  const loud = open.some((one) => !silenced.has(one));
  clearInterval(timer);
  if (heard && loud) {
    strike();
    timer = setInterval(strike, EVERY);
  }
  button.hidden = !open.length;
  button.disabled = heard && !loud;
  button.textContent = !heard ? "有警报，点这里开铃声" : loud ? "正在响铃，点这里静音" : "已静音，警报还没人处理";
}

function strike() {
  for (const [wait, pitch] of [[0, 880], [0.3, 660]]) {
    const at = sound.currentTime + wait;
    const voice = sound.createOscillator();
    const loudness = sound.createGain();
    voice.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.2, at);
    loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.28);
    voice.connect(loudness).connect(sound.destination);
    voice.start(at);
    voice.stop(at + 0.3);
  }
}

// Being silent acknowledges nothing: the next alarm rings again.
button.addEventListener("click", () => {
  if (sound?.state === "running") for (const one of alarms()) silenced.add(one);
  look();
});
for (const gesture of ["click", "keydown"]) document.addEventListener(gesture, touched, { once: true });
new MutationObserver(look).observe(list, { childList: true });
look();
