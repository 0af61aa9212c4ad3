// The phone: keeps its state, shows one view at a time, and listens for changes.

import { closePage, openTwin } from "./browser.js";
import { closePanels, showChat, toTheEnd, wireChat } from "./chat.js";
import { showLists, showStaffCodes, wireLists } from "./lists.js";
import { showCodes, wireScan } from "./scan.js";
import { read, tell } from "./talk.js";

const views = [...document.querySelectorAll("[data-view]")];
const back = document.getElementById("back");
let state = null;
let came = [];

const wanted = () => location.hash.slice(1) || "home";
const current = () => (views.some((one) => one.dataset.view === wanted()) ? wanted() : "home");

async function refresh() {
  state = await read("/phone/state");
  document.getElementById("owner-name").textContent = `${state.user.name}的手机`;
  document.getElementById("owner-phone").textContent = state.user.phone;
  showChat(state);
  showLists(state);
  showCodes(state);
  showUnread();
}

// What is new is counted by the newest id or number that this person has looked at.
const newest = {
  chat: () => state.chat.filter((one) => one.side !== "me").map((one) => one.id),
  notices: () => state.notices.map((one) => one.id),
  sms: () => state.sms.map((_, index) => index + 1),
};

function showUnread() {
  for (const [view, ids] of Object.entries(newest)) {
    const key = `seen:${state.user.id}:${view}`;
    const all = ids();
    if (current() === view) localStorage.setItem(key, String(Math.max(0, ...all)));
    const seen = Number(localStorage.getItem(key) ?? 0);
    const fresh = all.filter((id) => id > seen).length;
    const badge = document.querySelector(`[data-unread="${view}"]`);
    badge.textContent = String(fresh);
    badge.hidden = fresh === 0;
  }
}

function go() {
  const view = current();
  for (const one of views) one.hidden = one.dataset.view !== view;
  const title = views.find((one) => one.dataset.view === view).dataset.title;
  const account = view === "chat" ? state?.account.name : undefined;
  document.getElementById("title").textContent = account ?? title;
  back.hidden = view === "home";
  if (view !== "browser") {
    closePage();
    came = view === "home" ? [] : [...came.filter((one) => one !== view), view];
  }
  if (view === "chat") toTheEnd();
  else closePanels();
  if (view === "codes") showStaffCodes();
  if (state) showUnread();
}

function goBack() {
  if (current() !== "browser") came.pop();
  location.hash = came.at(-1) ?? "";
}

function listen() {
  const stream = new EventSource("/phone/events");
  const offline = document.getElementById("offline");
  stream.addEventListener("open", () => { offline.hidden = true; });
  stream.addEventListener("error", () => { offline.hidden = false; });
  stream.addEventListener("message", () => refresh().catch(() => { offline.hidden = false; }));
}

wireChat();
wireLists();
wireScan();
back.addEventListener("click", goBack);
document.getElementById("open-twin").addEventListener("click", (event) => {
  event.preventDefault();
  openTwin();
});
window.addEventListener("hashchange", go);
setInterval(() => { if (current() === "codes") showStaffCodes().catch(() => {}); }, 1000);
try {
  await refresh();
} catch {
  tell("手机打不开，请刷新页面。");
}
if (current() === "browser") location.hash = "";
go();
listen();
