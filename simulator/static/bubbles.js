// One bubble of the chat, by its kind.

import { openLink, openTwin } from "./browser.js";
import { once, post } from "./talk.js";
import { element, moment, pressable, spoken } from "./words.js";
import { scanned } from "./scan.js";

function picture(body, said, side) {
  const image = element("img");
  image.src = `/media/${body.name}`;
  image.alt = "图片";
  said.append(image);
  if (side === "them") {
    said.append(pressable("button quiet", "识别图中的码", (button) =>
      once(button, async () => scanned(await post("/phone/scan", { media: body.name })))));
  }
}

function article(body, said) {
  for (const one of body.articles) {
    said.append(element("h3", "", one.title));
    if (one.picurl) {
      const image = element("img");
      image.src = one.picurl;
      image.alt = "";
      said.append(image);
    }
    said.append(one.description);
    if (one.url) said.append(pressable("button quiet", "打开", () => openLink(one.url)));
  }
}

function choices(body, said) {
  said.append(spoken(body.head));
  for (const item of body.items) {
    said.append(pressable("button quiet", item.text, (button) => once(button, () =>
      post("/phone/send", { type: "text", text: item.text, menu_item: item.id }))));
  }
  if (body.tail) said.append(spoken(body.tail));
}

function lines(body, said) {
  // what a field is called is known only to the platform's template, so its value stands alone
  const list = element("ul", "lines");
  list.append(...body.lines.map((line) => element("li", "", line.value)));
  said.append(list);
}

function template(body, said) {
  said.append(element("h3", "", "通知"));
  lines(body, said);
  if (body.url) said.append(pressable("button quiet", "查看详情", () => openLink(body.url)));
}

function subscribed(body, said) {
  lines(body, said);
  if (body.page) said.append(pressable("button quiet", "进入小程序查看", () => openTwin(body.page)));
}

function page(body, said) {
  said.append(element("h3", "", body.title));
  said.append(pressable("button quiet", "打开小程序", () => openTwin(body.page)));
}

function place(body, said) {
  said.append(`位置：${body.label || "未命名"}\n${body.latitude}, ${body.longitude}`);
}

const KINDS = {
  text: (body, said) => said.append(spoken(body.text)),
  music: (body, said) => said.append(`音乐：${body.text}`),
  unavailable: (body, said) => said.append(body.text),
  voice: (_, said) => said.append("语音消息"),
  video: (_, said) => said.append("视频"),
  image: picture,
  news: article,
  msgmenu: choices,
  location: place,
  miniprogrampage: page,
  template,
  subscribed,
};

export function said(kind, body, side) {
  const whole = element("div", "said");
  KINDS[kind]?.(body, whole, side);
  return whole;
}

export function bubble(shown) {
  const item = element("li", shown.side);
  item.dataset.id = shown.id;
  item.append(said(shown.kind, shown.body, shown.side), element("br"), moment(shown.at));
  return item;
}
