// The report form, made easier: pictures and the present place. It works without this file.

import { ask } from "./api.js";

const form = document.getElementById("report");
const pictures = document.getElementById("pictures");
const here = document.getElementById("here");
const most = Number(form.dataset.most);
const DRAFT = `${form.dataset.kind ?? "report"}:${form.dataset.person}`; // in this tab only, until the report has arrived
const KEPT = ["story", "told", "place", "others", "danger", "media", "latitude", "longitude"];

// The form keeps its id when somebody comes back to it or loads it again: pressed twice, one case.
if (history.state?.form) form.elements.form.value = history.state.form;
else history.replaceState({ form: form.elements.form.value }, "");
restore();
form.addEventListener("input", keep);

pictures.hidden = false;
pictures.querySelector("input").addEventListener("change", async ({ target }) => {
  const status = pictures.querySelector("[role=status]");
  for (const file of target.files) {
    if (form.querySelectorAll("[name=media]").length >= most) break;
    status.textContent = `正在上传 ${file.name} …`;
    try {
      const kept = await ask("/api/v1/uploads", { method: "POST", body: file, type: file.type, face: "resident" });
      add("media", kept.id);
    } catch (problem) {
      status.textContent = `${file.name}：${problem.title}`;
      return;
    }
  }
  count();
  target.value = "";
});

if (navigator.geolocation) {
  here.hidden = false;
  here.querySelector("button").addEventListener("click", () => {
    const status = here.querySelector("[role=status]");
    status.textContent = "正在定位…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        form.querySelectorAll("[name=latitude], [name=longitude]").forEach((one) => one.remove());
        add("latitude", coords.latitude);
        add("longitude", coords.longitude);
        status.textContent = "已加上位置";
      },
      () => (status.textContent = "没能定位，请写清楚地点"),
      { timeout: 10000 },
    );
  });
}

form.addEventListener("submit", () => {
  const button = form.querySelector("[type=submit]");
  setTimeout(() => Object.assign(button, { disabled: true, textContent: "正在提交…" }));
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) Object.assign(form.querySelector("[type=submit]"), { disabled: false, textContent: "提交" });
});

function add(name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  form.append(field);
  keep();
}

function count() {
  const sent = form.querySelectorAll("[name=media]").length;
  if (sent) pictures.querySelector("[role=status]").textContent = `已上传 ${sent} 张`;
}

function keep() {
  const told = [...new FormData(form)].filter(([name]) => KEPT.includes(name));
  sessionStorage.setItem(DRAFT, JSON.stringify(told));
}

function restore() {
  for (const [name, value] of JSON.parse(sessionStorage.getItem(DRAFT) || "[]")) {
    const field = form.querySelector(`:not([type=hidden])[name=${name}]`);
    if (field) field.value ||= value;
    else add(name, value);
  }
  count();
}
