// The room page: look at yourself, go in, agree or not, talk, leave.  docs/room-protocol.md

import { Media, openCamera } from "./media.js";
import { Signal } from "./signal.js";
import { Tiles } from "./tiles.js";
import { FAREWELL, LINE, PROBLEM, REASON, RECORDING, SURE, TOGGLE, TROUBLE, WAITING, WAITING_FOR_ME } from "./words.js";

const at = (id) => document.getElementById(id);
const { ticket, ice } = at("room").dataset;
const consent = at("consent");
const version = consent.dataset.version;

let self = null;
let asked = false; // the consent dialog has been answered on this page
let recording = "off";

const tiles = new Tiles(at("tiles"), at("alone"));
const signal = new Signal({ ticket, hear, line });
const media = new Media({
  ice: JSON.parse(ice || "[]"),
  say: (message) => signal.say(message),
  show: (stream) => tiles.show(stream),
  trouble: (failed) => (failed ? media.publish() : signal.renew()),
});

const ON = {
  welcome(message) {
    self = message.participant;
    at("before").hidden = true;
    at("inside").hidden = false;
    if (message.fresh || !media.up) media.publish();
    else media.restart();
  },
  published: (message) => media.published(message.sdp),
  offer: (message) => media.offered(message.number, message.sdp),
  roster: showRoster,
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
    tell(PROBLEM[message.code] ?? PROBLEM.other);
    if (!self) at("enter").disabled = message.code === "expired";
  },
};

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
  tiles.name(message.people, self);
  recording = message.recording;
  at("light").hidden = recording !== "on";
  at("state").textContent = REASON[message.reason] ?? (recording === "waiting" ? waitingFor(message.people) : RECORDING[recording]) ?? "";
  const me = message.people.find((person) => person.participant === self);
  if (me) showConsent(me.consented);
  if (at("record")) {
    at("record").hidden = !["off", "failed"].includes(recording);
    at("stop").hidden = !at("record").hidden;
  }
}

function waitingFor(people) {
  const left = people.filter((person) => !person.consented);
  if (left.some((person) => person.participant === self)) return WAITING_FOR_ME;
  return left.length ? WAITING(left.map((person) => person.name)) : "";
}

function showConsent(given) {
  at("agree").hidden = given;
  at("withdraw").hidden = !given;
  if (given && consent.open) consent.close();
  if (!given && !asked && !consent.open) consent.showModal();
}

function showSaid(message) {
  const item = document.createElement("li");
  item.textContent = `${message.name}：${message.text}`;
  at("said").append(item);
  item.scrollIntoView({ block: "nearest" });
}

function finish(how) {
  signal.end();
  media.close();
  if (consent.open) consent.close();
  for (const id of ["before", "inside", "light"]) at(id).hidden = true;
  at("state").textContent = "";
  at("farewell").textContent = FAREWELL[how];
  if (at("return")) at("return").hidden = how !== "left";
  at("after").hidden = false;
}

async function look() {
  at("trouble").hidden = true;
  at("again").hidden = true;
  try {
    media.stream = await openCamera();
  } catch (reason) {
    at("trouble").textContent = TROUBLE[reason.name] ?? TROUBLE.other;
    at("trouble").hidden = false;
    at("again").hidden = reason.name === "unsupported";
    return;
  }
  for (const id of ["mirror", "own"]) {
    at(id).srcObject = media.stream;
    at(id).play().catch(() => {});
  }
  at("enter").disabled = false;
  at("enter").focus();
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
  if (consent.open) consent.close();
  if (type) signal.say({ type, text_version: version });
}

at("enter").onclick = () => {
  at("enter").disabled = true;
  tell(LINE.connecting);
  signal.open();
};
at("again").onclick = look;
at("yes").onclick = () => answer("consent");
at("no").onclick = () => answer("");
at("agree").onclick = () => answer("consent");
at("withdraw").onclick = () => answer("withdraw");
consent.oncancel = (event) => event.preventDefault(); // Escape is not an answer
toggle("mic", "audio");
toggle("camera", "video");
at("leave").onclick = () => {
  signal.say({ type: "leave" });
  finish("left");
};
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
look();
