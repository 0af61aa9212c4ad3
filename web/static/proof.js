// Who signs for a party: the document that says so is sent first, then who it is.

import { ask } from "./api.js";
import { told } from "./deeds.js";

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form.proof");
  if (!form) return;
  event.preventDefault();
  const fault = form.querySelector(".fault");
  const button = form.querySelector("button");
  const { capacity, name, proof } = form.elements;
  fault.hidden = true;
  button.disabled = true;
  try {
    await represent(form.dataset, capacity.value, name.value, proof.files[0]);
    location.reload();
  } catch (problem) {
    fault.textContent = told(problem);
    fault.hidden = false;
  } finally {
    button.disabled = false;
  }
});

async function represent({ case: id, person, version }, capacity, name, file) {
  const base = `/api/v1/cases/${id}`;
  if (capacity !== "self" && !file) throw { title: "请选证明文件：授权委托书、监护证明或者法定代表人身份证明" };
  const send = { method: "POST", face: "staff" };
  const kept = capacity === "self" ? null : await ask(`${base}/proofs`, { ...send, body: file, type: "application/octet-stream" });
  const body = { version: Number(version), capacity, name, proof: kept?.sha256 ?? "" };
  return ask(`${base}/parties/${person}/representation`, { ...send, body });
}
