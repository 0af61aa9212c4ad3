// The chat with the official account: bubbles, words, voices, pictures, places and the menu.

import { openLink, openTwin } from "./browser.js";
import { bubble } from "./bubbles.js";
import { once, post, upload } from "./talk.js";
import { stopListening, wireVoice } from "./voice.js";
import { element, pressable } from "./words.js";

const get = (id) => document.getElementById(id);
const bubbles = get("bubbles");
const words = get("words");
const NEAR = 48; // px from the end that still count as being there
let shownTo = 0;
let following = true;

export function showChat(state) {
  const { followed, name } = state.account;
  document.querySelector(".account-name").textContent = name;
  get("follow-card").hidden = followed;
  get("composer").hidden = !followed;
  get("waiting").hidden = state.waiting === 0;
  get("show-menu").hidden = state.menu.length === 0;
  get("panel-menu").replaceChildren(...state.menu.flatMap(buttons));
  addBubbles(state);
}

function addBubbles(state) {
  if (shownTo !== state.user.id) bubbles.replaceChildren();
  shownTo = state.user.id;
  const last = Number(bubbles.lastElementChild?.dataset.id ?? 0);
  const fresh = state.chat.filter((one) => one.id > last).map(bubble);
  if (fresh.length === 0) return;
  bubbles.append(...fresh);
  toTheEnd();
}

export function toTheEnd() {
  bubbles.scrollTop = bubbles.scrollHeight;
  following = true;
}

function followPictures() {
  bubbles.addEventListener("scroll", () => {
    following = bubbles.scrollHeight - bubbles.scrollTop - bubbles.clientHeight < NEAR;
  });
  // a picture has its height only once it has come; whoever reads further up stays there
  bubbles.addEventListener("load", () => { if (following) toTheEnd(); }, true);
}

function buttons(entry) {
  if (!entry.sub_button?.length) return [choice(entry)];
  return [element("h3", "", entry.name), ...entry.sub_button.map(choice)];
}

function choice(entry) {
  return pressable("button quiet", entry.name, (button) => once(button, async () => {
    closePanels();
    if (entry.type === "miniprogram") {
      openTwin(entry.pagepath);
      return;
    }
    const event = entry.type === "view" ? "VIEW" : "CLICK";
    const key = entry.type === "view" ? entry.url : entry.key;
    await post("/phone/send", { type: "event", event, event_key: key });
    if (entry.type === "view") openLink(entry.url);
  }));
}

export function closePanels() {
  stopListening();
  for (const panel of document.querySelectorAll(".panel")) panel.hidden = true;
}

async function samplePicture() {
  const canvas = element("canvas");
  canvas.width = 480;
  canvas.height = 320;
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#7a9e9f";
  pen.fillRect(0, 0, 480, 320);
  pen.fillStyle = "#fffdf8";
  pen.font = "40px sans-serif";
  pen.fillText("示例图片：漏水的墙", 50, 175);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
  return new File([blob], "sample.png", { type: "image/png" });
}

async function sendPicture(file) {
  closePanels();
  await upload("/phone/picture", "picture", file);
}

export function wireChat() {
  followPictures();
  wireVoice();
  get("follow").addEventListener("click", (event) =>
    once(event.currentTarget, () => post("/phone/follow")));
  get("unfollow").addEventListener("click", (event) =>
    once(event.currentTarget, async () => { closePanels(); await post("/phone/unfollow"); }));
  get("write").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = words.value.trim();
    if (text === "") return;
    once(event.submitter ?? event.currentTarget.querySelector("button"), async () => {
      // the words stay until they are really sent
      if (await post("/phone/send", { type: "text", text })) words.value = "";
    });
  });
  words.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    get("write").requestSubmit();
  });
  get("picture").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) await sendPicture(file);
    event.target.value = "";
  });
  get("sample-picture").addEventListener("click", (event) =>
    once(event.currentTarget, async () => sendPicture(await samplePicture())));
  for (const button of document.querySelectorAll("[data-place]")) {
    button.addEventListener("click", () => once(button, async () => {
      closePanels();
      const { latitude, longitude } = button.dataset;
      const label = button.querySelector("span").textContent;
      await post("/phone/send", {
        type: "location", latitude: Number(latitude), longitude: Number(longitude), label,
      });
    }));
  }
  for (const button of document.querySelectorAll("[data-panel]")) {
    button.addEventListener("click", () => {
      const panel = get(`panel-${button.dataset.panel}`);
      const opened = panel.hidden;
      closePanels();
      panel.hidden = !opened;
      toTheEnd();
    });
  }
}
