// Forms that do something through the API: <form data-deed="/api/v1/..." data-then="reload">.

import { ask } from "./api.js";

const FIELDS = {
  phone: "电话号码", name: "姓名", reason: "原因", story: "事情经过", starts_at: "时间",
  code: "口令", type_code: "纠纷类型", mediator: "调解员", words: "内容", stars: "评价",
};
const HINTS = {
  phone: "这个电话号码不对，或者已经登记在别人名下，请核对。",
  starts_at: "请选现在以后、90 天以内的时间。",
  clauses: "还有“必须改”的地方没有改好，或者改了还没有保存。",
  party: "这个人已经在当事人里了。",
};
const AS = {
  int: Number,
  fen: (text) => Math.round(Number(text) * 100),
  moment: (text, field) => text + ":00" + field.dataset.offset,
};

export function valuesOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || (field.type === "radio" && !field.checked)) continue;
    if (!field.value && "optional" in field.dataset) continue;
    const change = AS[field.dataset.as];
    values[field.name] = change ? change(field.value, field) : field.value;
  }
  return values;
}

// The number of our log helps only where we are at fault.
export function told(problem) {
  const field = problem.field?.split(".").pop();
  if (HINTS[field]) return HINTS[field];
  const name = FIELDS[field] ? `（${FIELDS[field]}）` : "";
  return problem.title + name + (problem.status >= 500 ? `，打电话时请报编号 ${problem.ref}` : "");
}

async function act(event) {
  const form = event.target.closest("form[data-deed]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.sure && !sureOf(form)) return;
  const fault = form.querySelector(".fault");
  const buttons = form.querySelectorAll("button");
  buttons.forEach((one) => (one.disabled = true));
  fault.hidden = true;
  try {
    const { deed, method, face, then } = form.dataset;
    follow(then, await ask(deed, { method, face, body: valuesOf(form) }), form);
  } catch (problem) {
    fault.textContent = told(problem);
    fault.hidden = false;
  } finally {
    buttons.forEach((one) => (one.disabled = false));
  }
}

// What cannot be taken back is asked once more, in the same place.
function sureOf(form) {
  if (form.dataset.asked) return true;
  form.dataset.asked = "1";
  const question = document.createElement("p");
  question.setAttribute("role", "alert");
  question.textContent = form.dataset.sure;
  const button = form.querySelector("button");
  button.before(question);
  button.textContent = "是的，确定";
  return false;
}

function follow(then, answer, form) {
  const [kind, value] = then.split(/:(.*)/s);
  if (answer?.called) return location.reload(); // words of danger: the page says who was called
  if (kind === "go") location.assign(value.replace("{id}", answer?.id ?? "").replace("{page}", answer?.page ?? ""));
  else if (kind === "show") {
    const [shown, gone] = value.split(":");
    (document.getElementById(gone) ?? form).hidden = true;
    document.getElementById(shown).hidden = false;
  } else location.reload();
}

document.addEventListener("submit", act);
document.addEventListener("change", ({ target }) => {
  const said = target.closest(".pick")?.parentElement.querySelector(".picked");
  if (said) said.textContent = [...target.files].map((file) => file.name).join("、") || "还没有选";
});
