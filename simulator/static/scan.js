// The scanner: codes as text, as a picture, or chosen from those just made.

import { openLink } from "./browser.js";
import { once, post, tell, upload } from "./talk.js";
import { element, pressable } from "./words.js";

const OUTCOMES = {
  follow: "已经扫码关注公众号。",
  scan: "已经扫码进入公众号。",
  expired: "这个码过期了，请让对方重新给一个。",
  foreign: "模拟手机只打开本产品的页面。",
  text: "码里只有文字，没有可打开的页面。",
  nothing: "图片里没有找到码。",
};

export function scanned(found) {
  if (found === null) return;
  if (found.url) {
    openLink(found.url);
    return;
  }
  tell(OUTCOMES[found.kind]);
  if (found.kind === "follow" || found.kind === "scan") location.hash = "#chat";
}

export function showCodes(state) {
  const list = document.getElementById("made-codes");
  list.replaceChildren(...state.codes.map((code) => {
    const item = element("li", "card");
    const what = code.kind === "page" ? `小程序页面 ${code.page}` : "公众号二维码";
    item.append(element("p", "", `${what} · ${code.scene}`));
    item.append(pressable("button quiet", "扫这个码", (button) => once(button, async () =>
      scanned(await post("/phone/scan", { code: code.url })))));
    return item;
  }));
  document.getElementById("no-codes").hidden = state.codes.length > 0;
}

export function wireScan() {
  const form = document.getElementById("scan-form");
  const text = document.getElementById("code-text");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(form.querySelector("button"), async () => {
      scanned(await post("/phone/scan", { code: text.value }));
      text.value = "";
    });
  });
  document.getElementById("code-picture").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) scanned(await upload("/phone/scan-picture", "picture", file));
    event.target.value = "";
  });
}
