// Turns a message's words into text and links, never into markup.

import { openLink, openTwin } from "./browser.js";

const LINK = /<a\s([^>]*)>([\s\S]*?)<\/a>|https?:\/\/[^\s<>"'，。；！？、（）【】《》「」]+/gi;
const attribute = (tag, name) => new RegExp(`${name}\\s*=\\s*["']([^"']*)["']`, "i").exec(tag)?.[1];

export function element(tag, classes = "", text = "") {
  const made = document.createElement(tag);
  if (classes) made.className = classes;
  if (text) made.textContent = text;
  return made;
}

export function pressable(classes, text, deed) {
  const button = element("button", classes, text);
  button.type = "button";
  button.addEventListener("click", () => deed(button));
  return button;
}

function linked(match, bySms) {
  const [whole, tag, inner] = match;
  if (tag === undefined) return pressable("link", whole, () => openLink(whole, bySms));
  const page = attribute(tag, "data-miniprogram-path");
  if (page !== undefined) return pressable("link", inner, () => openTwin(page));
  return pressable("link", inner, () => openLink(attribute(tag, "href") ?? "", bySms));
}

export function spoken(text, { bySms = false } = {}) {
  const whole = document.createDocumentFragment();
  let done = 0;
  for (const match of text.matchAll(LINK)) {
    whole.append(text.slice(done, match.index), linked(match, bySms));
    done = match.index + match[0].length;
  }
  whole.append(text.slice(done));
  return whole;
}

export function moment(seconds) {
  const time = element("time");
  const at = new Date(seconds * 1000);
  time.dateTime = at.toISOString();
  time.textContent = at.toLocaleString("zh-CN", {
    timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
  });
  return time;
}
