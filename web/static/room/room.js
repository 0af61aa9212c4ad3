// The room page: look at yourself, go in, agree or not, talk, leave.  docs/room-protocol.md

import { Media, openCamera } from "./media.js";
import { CAN_SHARE, Share } from "./share.js";
import { Signal } from "./signal.js";
import { Tiles } from "./tiles.js";
import { FAREWELL, HAND, LINE, OUTSIDE, OWN, PROBLEM, REASON, RECORDING, SHARE, SURE, TOGGLE, TROUBLE, WAITING, WAITING_FOR_ME, WHERE, WHERE_LED, WITHOUT } from "./words.js";

const at = (id) => document.getElementById(id);
const { ticket } = at("room").dataset;
const TOLD = 8000; // ms
const PLACE = `room:${location.pathname}`; // of this tab, kept over a reload
const consent = at("consent");
const version = consent.dataset.version;
const rights = at("rights");

let self = null;
const before = JSON.parse(sessionStorage.getItem(PLACE) || "{}");
let asked = Boolean(before.asked); // the consent dialog has been answered in this tab
let recording = "off";

const tiles = new Tiles(at("tiles"), at("alone"), { figure: document.querySelector("#tiles .own"), speaks: at("speaks") });
const signal = new Signal({ ticket, token: before.token, hear, line });
const panel = at("people") && new (await import("../leading/panel.js")).Panel(at("people"), (message) => signal.say(message));
const media = new Media({
  say: (message) => signal.say(message),
  show: (stream) => tiles.show(stream),
  anew: () => share.publish(),
  trouble(failed) {
    if (failed) media.publish();
    else if (signal.works()) media.mend();
    else signal.renew();
  },
});

const share = new Share({
  say: (message) => signal.say(message),
  settings: () => media.settings(),
  changed: showShare,
});
let here = [];
let paused = false;
let ended = 0; // a timer, while it is said that what I showed is shown no more

const ON = {
  welcome(message) {
    self = message.participant;
    tiles.speak("", self);
    media.ice = message.ice;
    remember({ token: message.resume });
    place(message.waiting ? "outside" : "inside");
    if (message.waiting) return;
    if (message.fresh || !media.up) media.publish();
    else media.restart();
  },
  waiting(message) {
    at("seen").textContent = OUTSIDE[message.mediator];
    showRights(message.acknowledged);
  },
  admitted() {
    place("inside");
    media.publish();
  },
  published: (message) => media.published(message.sdp),
  shared: (message) => share.shared(message.number, message.sdp),
  unshare() {
    if (!share.track) return;
    share.drop();
    ended = setTimeout(() => {
      ended = 0;
      showShare();
    }, TOLD);
    showShare();
  },
  offer: (message) => media.offered(message.number, message.sdp),
  roster: showRoster,
  speaker: (message) => tiles.speak(message.participant, self),
  thin: (message) => tiles.pause(message),
  doors: (message) => panel?.door(message),
  said: showSaid,
  "start-over"() {
    tiles.clear();
    media.publish();
  },
  interrupted() {
    tiles.clear();
    recording = "off";
    at("light").hidden = true;
    tell(LINE.interrupted);
  },
  ended: () => finish("ended"),
  removed: () => finish("removed"),
  replaced: () => finish("replaced"),
  problem(message) {
    if (message.code === "removed") return finish("removed");
    if (before.token && !self && message.code === "expired") return knock();
    const other = shower();
    tell(message.code === "screen-taken" && other ? SHARE.taken(other.name) : (PROBLEM[message.code] ?? PROBLEM.other));
    if (message.code === "locked") signal.anew();
    if (!self) at("enter").disabled = message.code === "expired";
  },
};

function place(id) {
  for (const one of ["before", "outside", "inside", "after"]) at(one).hidden = one !== id;
}

function remember(more) {
  Object.assign(before, more);
  sessionStorage.setItem(PLACE, JSON.stringify(before));
}

// There is no place to come back to: look at oneself, and go in by the ticket.
function knock() {
  for (const name of Object.keys(before)) delete before[name];
  asked = false;
  sessionStorage.removeItem(PLACE);
  signal.anew();
  tell("");
  at("enter").disabled = false;
}

function hear(message) {
  ON[message.type]?.(message);
}

function line(up) {
  tell(up ? "" : LINE.lost);
}

function tell(text) {
  at("state").textContent = text;
  at("state").dataset.own = text ? "1" : "";
}

function showRoster(message) {
  here = message.people;
  paused = message.place === "paused";
  tiles.name(message.people, self);
  showPlace(message.place);
  recording = message.recording;
  at("light").hidden = recording !== "on";
  at("state").textContent = REASON[message.reason] ?? (recording === "waiting" ? waitingFor(message.people) : RECORDING[recording]) ?? "";
  const me = message.people.find((person) => person.participant === self);
  if (me) showRights(me.acknowledged);
  if (me?.acknowledged) showConsent(me.consented);
  if (me) showOwnPlace(me);
  showShare();
  panel?.roster(message, self);
  if (at("record")) {
    at("record").hidden = paused || !["off", "failed"].includes(recording);
    at("stop").hidden = paused || !at("record").hidden;
  }
}

function waitingFor(people) {
  const left = people.filter((person) => !person.consented);
  if (left.some((person) => person.participant === self)) return WAITING_FOR_ME;
  const besides = people.flatMap((person) => person.company).filter((one) => !one.agreed);
  return left.length + besides.length ? WAITING([...left, ...besides].map((one) => one.name)) : "";
}

function showPlace(where) {
  at("place").hidden = where === "table";
  at("place").textContent = (panel ? WHERE_LED : WHERE)[where] ?? "";
  at("say").hidden = where === "paused";
  if (where === "paused") {
    at("alone").hidden = true;
    tiles.speak("", self);
  }
}

function showRights(acknowledged) {
  if (!rights || rights.open === !acknowledged) return;
  if (acknowledged) rights.close();
  else rights.showModal();
}

function showConsent(given) {
  at("agree").hidden = given;
  at("withdraw").hidden = !given;
  if (given && consent.open) consent.close();
  if (!given && !asked && !consent.open) consent.showModal();
}

function showOwnPlace({ hand, muted }) {
  at("held").hidden = !muted;
  at("mic").disabled = muted;
  if (at("hand")) {
    at("hand").setAttribute("aria-pressed", String(hand));
    at("hand").textContent = hand ? HAND.down : HAND.up;
  }
}

function showShare() {
  const may = !paused && here.some((person) => person.participant === self && person.shows);
  at("screen").hidden = !may || !CAN_SHARE || Boolean(share.track);
  at("paper").hidden = !may || Boolean(share.track);
  at("unshare").hidden = !share.track;
  let words = may && !panel ? SHARE.allowed(CAN_SHARE) : "";
  if (ended) words = SHARE.ended;
  if (share.track) words = share.preview ? SHARE.picture : SHARE.screen;
  at("showing").hidden = !words;
  at("showing").textContent = words;
  if (tiles.preview === share.preview) return;
  tiles.preview = share.preview;
  tiles.name(here, self);
}

// Who else shows something.
function shower() {
  return here.find((person) => person.sends.includes("screen") && person.participant !== self);
}

// Only one thing is shown at a time; the server says so, too.
async function begin(how, failed) {
  const other = shower();
  if (other) return tell(SHARE.taken(other.name));
  try {
    await how();
  } catch (reason) {
    if (reason.name !== "NotAllowedError") tell(failed); // else they thought better of it
  }
}

function showSaid(message) {
  const item = document.createElement("li");
  item.textContent = `${message.name}：${message.text}`;
  at("said").append(item);
  item.scrollIntoView({ block: "nearest" });
}

function finish(how) {
  sessionStorage.removeItem(PLACE);
  signal.end();
  share.close();
  media.close();
  for (const one of [consent, rights]) if (one?.open) one.close();
  at("light").hidden = true;
  at("state").textContent = "";
  at("farewell").textContent = FAREWELL[how];
  if (at("return")) at("return").hidden = how !== "left";
  place("after");
}

async function look() {
  for (const id of ["trouble", "without", "again"]) at(id).hidden = true;
  at("enter").disabled = true;
  const { stream, missing, why } = await openCamera();
  media.stream = stream;
  showOwn(missing);
  if (missing) {
    at("trouble").textContent = TROUBLE[why] ?? TROUBLE.other;
    at("without").textContent = WITHOUT[missing];
    for (const id of ["trouble", "without"]) at(id).hidden = false;
    at("again").hidden = why === "unsupported";
  }
  at("enter").disabled = false;
}

function showOwn(missing) {
  const dark = missing === "camera" || missing === "both";
  for (const id of ["mirror", "own"]) {
    at(id).srcObject = dark ? null : media.stream; // an empty one would keep the page loading
    if (!dark) at(id).play().catch(() => {});
  }
  at("mirror").hidden = at("camera").hidden = dark;
  at("mic").hidden = missing === "microphone" || missing === "both";
  at("unseen").hidden = !dark;
  at("unseen").textContent = OWN[missing] ?? "";
}

function enter(words) {
  at("enter").disabled = true;
  tell(words);
  signal.open();
}

function toggle(id, kind) {
  at(id).onclick = () => {
    const tracks = media.stream.getTracks().filter((track) => track.kind === kind);
    const off = at(id).getAttribute("aria-pressed") !== "true";
    for (const track of tracks) track.enabled = !off;
    at(id).setAttribute("aria-pressed", String(off));
    at(id).textContent = TOGGLE[id][off ? 1 : 0];
  };
}

function answer(type) {
  asked = true;
  remember({ asked });
  if (consent.open) consent.close();
  if (type) signal.say({ type, text_version: version });
}

at("enter").onclick = () => enter(LINE.connecting);
at("again").onclick = look;
at("yes").onclick = () => answer("consent");
at("no").onclick = () => answer("");
at("agree").onclick = () => answer("consent");
at("withdraw").onclick = () => answer("withdraw");
for (const one of [consent, rights]) if (one) one.oncancel = (event) => event.preventDefault(); // Escape is not an answer
if (rights) at("understood").onclick = () => signal.say({ type: "acknowledge", text_version: rights.dataset.version });
toggle("mic", "audio");
toggle("camera", "video");
if (at("hand")) at("hand").onclick = () => signal.say({ type: "hand", up: at("hand").getAttribute("aria-pressed") !== "true" });
at("leave").onclick = at("unwait").onclick = () => {
  signal.say({ type: "leave" });
  finish("left");
};
at("screen").onclick = () => begin(() => share.screen(), SHARE.failed);
at("paper").onclick = () => at("file").click();
at("file").onchange = () => {
  const [file] = at("file").files;
  at("file").value = "";
  if (file) begin(() => share.picture(file), SHARE.unreadable);
};
at("unshare").onclick = () => share.end();
for (const [id, type] of [["record", "record"], ["stop", "stop"], ["end", "end"]]) {
  if (at(id)) at(id).onclick = () => (type !== "end" || confirm(SURE)) && signal.say({ type });
}
at("say").onsubmit = (event) => {
  event.preventDefault();
  const text = at("words").value.trim();
  if (text) signal.say({ type: "chat", text });
  at("words").value = "";
};

addEventListener("online", () => signal.renew());
navigator.connection?.addEventListener("change", () => signal.renew());
look().then(() => (before.token ? enter(LINE.returning) : at("enter").focus()));
