// The phone's browser: shows pages of the product, each entered by a login for the phone's person.

import { tell } from "./talk.js";

const frame = document.getElementById("frame");
const note = document.getElementById("frame-note");
const NOTES = {
  link: "",
  sms: "从短信打开的网页，没有公众号登录。",
  twin: "这是小程序页面的网页版。模拟手机不执行 WXML。",
};

function show(address, kind) {
  note.textContent = NOTES[kind];
  note.hidden = NOTES[kind] === "";
  // replacing keeps the phone's own way back free of the pages inside
  frame.contentWindow.location.replace(new URL(address, location.href));
  location.hash = "#browser";
}

export function openLink(url, bySms = false) {
  if (!URL.canParse(url) || new URL(url).origin !== frame.dataset.product) {
    tell("模拟手机只打开本产品的页面。");
    return;
  }
  const by = bySms ? "sms" : "link";
  show(`/phone/open?${new URLSearchParams({ url, by })}`, by);
}

export function openTwin(page = "") {
  show(`/phone/twin?${new URLSearchParams({ page })}`, "twin");
}

// A closed page must not go on filming.
export function closePage() {
  frame.contentWindow.location.replace("about:blank");
}
