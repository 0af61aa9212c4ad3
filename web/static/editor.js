// The words of an agreement: add and remove clauses, see what is unclear, keep the draft.

import { ask } from "./api.js";
import { told } from "./deeds.js";

const form = document.getElementById("editor");
const list = document.getElementById("clauses");
const { case: caseId, agreement, version } = form.dataset;
const NAMES = ["kind", "debtor", "creditor", "what", "how", "default"];
let waiting = null;
let kept = true; // what is on the page is what we have

document.getElementById("add").addEventListener("click", () => {
  list.append(document.getElementById("clause").content.cloneNode(true));
  arrange();
  list.lastElementChild.querySelector("select").focus();
});
list.addEventListener("click", ({ target }) => {
  if (!target.closest(".remove")) return;
  target.closest(".clause").remove();
  arrange();
  changed();
  soon();
});
form.addEventListener("input", soon);
form.addEventListener("change", arrange);
form.addEventListener("submit", keep);
arrange();
soon();

function arrange() {
  [...list.children].forEach((one, index) => {
    one.querySelector(".count").textContent = index + 1;
    one.querySelector(".for-pay").hidden = field(one, "kind").value !== "pay";
  });
}

function field(clause, name) {
  return clause.querySelector(`[name=${name}]`);
}

function content() {
  const clauses = [...list.children].map((one) => {
    const clause = Object.fromEntries(NAMES.map((name) => [name, field(one, name).value]));
    const yuan = Number(field(one, "amount_fen").value);
    clause.amount_fen = clause.kind === "pay" && Number.isFinite(yuan) ? Math.round(yuan * 100) : 0;
    clause.due = field(one, "due").value || null;
    return clause;
  });
  return { facts: form.elements.facts.value, clauses };
}

function soon({ type } = {}) {
  if (type) changed();
  clearTimeout(waiting);
  waiting = setTimeout(lint, 400);
}

async function lint() {
  const { items } = await ask(`/api/v1/cases/${caseId}/agreements/lint`, { method: "POST", face: "staff", body: content() }).catch(() => ({}));
  if (!items) {
    document.getElementById("verdict").textContent = "没有检查成，可能是网络不通，也可能登录过期了。保存草稿时会再检查。";
    return;
  }
  const places = [...list.children].map((one) => one.querySelector(".findings"));
  const general = document.getElementById("general");
  [...places, general].forEach((one) => one.replaceChildren());
  for (const { clause, message, weight, article } of items) {
    const line = document.createElement("li");
    line.className = weight;
    line.textContent = message;
    line.title = article;
    (places[clause] ?? general).append(line);
  }
  const blocks = items.filter((one) => one.weight === "block").length;
  document.getElementById("verdict").textContent = items.length ? `必须改 ${blocks} 处，请斟酌 ${items.length - blocks} 处。` : "没有发现说不清的地方。";
}

function changed() {
  kept = false;
  document.getElementById("unsaved").textContent = "改了还没有保存。";
}

addEventListener("beforeunload", (event) => kept || event.preventDefault());

async function keep(event) {
  event.preventDefault();
  const fault = form.querySelector(":scope > .fault");
  fault.hidden = true;
  try {
    if (agreement) {
      await ask(`/api/v1/agreements/${agreement}`, { method: "PUT", face: "staff", body: { version: Number(version), content: content() } });
      kept = true;
      location.reload();
    } else {
      const made = await ask(`/api/v1/cases/${caseId}/agreements`, { method: "POST", face: "staff", body: content() });
      kept = true;
      location.assign(`/desk/agreements/${made.id}`);
    }
  } catch (problem) {
    fault.textContent = told(problem);
    fault.hidden = false;
  }
}
