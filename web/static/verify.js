// Is this paper genuine? The file goes to the API, the verdict is shown in plain words.

import { ask } from "./api.js";
import { told } from "./deeds.js";

const form = document.getElementById("verify");
const result = document.getElementById("result");
const ROLES = { party: "当事人", mediator: "调解员", committee: "调委会印章", platform: "平台" };
const when = (text) => (text ? new Date(text).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai" }) : "没有可信时间");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fault = form.querySelector(".fault");
  const button = form.querySelector("button");
  const file = form.elements.paper.files[0];
  fault.hidden = true;
  if (file.size > Number(form.dataset.limit)) return say(fault, "文件太大了，超过 20 MB");
  button.disabled = true;
  button.textContent = "正在核验…";
  try {
    show(await ask("/api/v1/verify", { method: "POST", body: file, type: "application/pdf" }));
  } catch (problem) {
    say(fault, told(problem));
  } finally {
    button.disabled = false;
    button.textContent = "核验";
  }
});

function show(verdict) {
  const line = result.querySelector(".verdict");
  line.className = `verdict ${verdict.verdict}`;
  line.textContent = verdict.words;
  result.querySelector(".doubt").hidden = verdict.verdict === "genuine";
  const facts = { 编号: verdict.number, 调委会: verdict.committee, 生效时间: verdict.effective_at && when(verdict.effective_at), 文件摘要: verdict.sha256 };
  result.querySelector("dl").replaceChildren(...Object.entries(facts).filter(([, value]) => value).flatMap(([name, value]) => [make("dt", name), make("dd", value)]));
  result.querySelector(".stories").hidden = verdict.signatures.length === 0;
  result.querySelector(".signatures").replaceChildren(...verdict.signatures.map(line_of));
  result.hidden = false;
  result.scrollIntoView();
}

function line_of(one) {
  const row = make("li", "");
  row.className = "row";
  row.append(make("b", one.name ? `${ROLES[one.role] ?? ""} ${one.name}` : "看不出是谁签的"), make("p", when(one.at)), make("p", one.intact && one.trusted ? "签名完好，来源可信" : one.intact ? "签名完好，来源无法确认" : "签名不完好"));
  return row;
}

function make(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function say(place, text) {
  place.textContent = text;
  place.hidden = false;
}
