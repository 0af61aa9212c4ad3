// The signing page: read every page, agree, write, prove who you are, get a receipt.

import { ask } from "./api.js";
import { told } from "./deeds.js";
import { StrokePad } from "./pad.js";

const FEWEST_POINTS = 20;
const at = (id) => document.getElementById(id);
const { agreement, sha, pages, face, consent: version } = at("signing").dataset;
const address = `/api/v1/agreements/${agreement}`;
const read = new Set();
const CODE = {
  resident: {
    "wrong-credentials": "短信里的六位数字不对。请看标着“签字验证码”的最新一条短信，再填一次",
    expired: "这个验证码过期了，或者签字的期限已经过了。请再点“发验证码到我的手机”，用新的六位数字",
  },
  staff: { "wrong-credentials": "动态口令不对，或者已经用过。请等验证器出下一个再填" },
};
let seconds = 0;
let busy = false;

const pad = new StrokePad(at("pad"), check);

// A page counts as read once its picture is there and the caption below it was on the screen.
const watcher = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) if (isIntersecting) note(target.closest("[data-page]"));
});
document.querySelectorAll("[data-page] figcaption").forEach((caption) => watcher.observe(caption));

async function note(page) {
  await page.querySelector("img").decode().catch(() => null);
  if (page.querySelector("img").naturalWidth) read.add(Number(page.dataset.page));
  check();
}

setInterval(() => {
  if (document.visibilityState === "visible") seconds += 1;
}, 1000);

at("clear").addEventListener("click", () => pad.clear());
at("consent").addEventListener("change", check);
at("code").addEventListener("input", check);
at("ask-code")?.addEventListener("click", async ({ target }) => {
  target.disabled = true;
  try {
    const { masked_phone } = await ask(`${address}/intent-code`, { method: "POST", face });
    at("code-sent").textContent = `已发到 ${masked_phone}，五分钟内有效。没收到，半分钟后可以再点一次`;
    at("code").focus();
  } catch (problem) {
    fail(problem);
  } finally {
    setTimeout(() => (target.disabled = false), 30000);
  }
});
at("sign").addEventListener("click", sign);
check();

function check() {
  const left = Number(pages) - read.size;
  at("reading").textContent = left ? `还有 ${left} 页没有看完，请继续往下看。` : "已经看完每一页。";
  const missing = [
    left && "看完协议",
    !at("consent").checked && "勾选“我自愿签”",
    pad.points < FEWEST_POINTS && "写上姓名",
    !/^\d{6}$/.test(at("code").value.trim()) && "填六位数字",
  ].filter(Boolean);
  at("sign").disabled = busy || missing.length > 0;
  at("missing").textContent = missing.length ? `还差：${missing.join("、")}` : "";
}

async function sign() {
  busy = true;
  check();
  at("fault").hidden = true;
  const body = {
    strokes: pad.strokes,
    pages_read: [...read].sort((a, b) => a - b),
    seconds_read: seconds,
    consent_version: version,
    code: at("code").value.trim(),
    device: navigator.userAgent.slice(0, 200),
    shown_sha256: sha,
  };
  try {
    show(await ask(`${address}/signature`, { method: "POST", face, body }));
  } catch (problem) {
    if (problem.code === "already-signed") return location.reload(); // the page says that it counts
    fail(problem);
  } finally {
    busy = false;
    check();
  }
}

function show(receipt) {
  at("receipt-time").textContent = new Date(receipt.at).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai" });
  at("receipt-document").textContent = receipt.sha256_before;
  at("receipt-evidence").textContent = receipt.evidence_sha256;
  at("signing").hidden = true;
  if (at("refusing")) at("refusing").hidden = true;
  at("receipt").hidden = false;
  at("receipt").scrollIntoView();
}

function fail(problem) {
  const why = problem.field === "strokes" ? "签名太简单或没有写全，请擦掉重写姓名" : CODE[face][problem.code] ?? told(problem);
  at("fault").textContent = why;
  at("fault").hidden = false;
}
