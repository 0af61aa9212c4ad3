// The signed paper came back: its scan is sent file by file, then what stands on it.

import { ask } from "./api.js";
import { told } from "./deeds.js";

const form = document.getElementById("original");
const { agreement, version, limit } = form.dataset;
const address = `/api/v1/agreements/${agreement}`;
const fault = form.querySelector(".fault");
const status = form.querySelector("[role=status]");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  fault.hidden = true;
  button.disabled = true;
  try {
    await record(await sent([...form.elements.scans.files]));
    location.reload();
  } catch (problem) {
    say(problem.field === "signed_on" ? "日期不对：不能早于打印那天，也不能晚于今天。" : told(problem));
  } finally {
    button.disabled = false;
    status.textContent = "";
  }
});

async function sent(files) {
  const names = [];
  for (const [index, file] of files.entries()) {
    if (file.size > Number(limit)) throw { title: `${file.name} 太大了，超过 20 MB` };
    status.textContent = `正在上传第 ${index + 1} 份，共 ${files.length} 份…`;
    const body = { method: "POST", body: file, type: "application/octet-stream", face: "staff" };
    names.push((await ask(`${address}/scans`, body)).sha256);
  }
  return names;
}

function record(scans) {
  const marks = [...form.querySelectorAll("[name=mark]")].map((one) => ({ field: one.dataset.field, how: one.value }));
  const { signed_on, witnesses } = form.elements;
  const body = { version: Number(version), scans, marks, signed_on: signed_on.value, witnesses: witnesses.value };
  return ask(`${address}/original`, { method: "POST", body, face: "staff" });
}

function say(words) {
  fault.textContent = words;
  fault.hidden = false;
}
