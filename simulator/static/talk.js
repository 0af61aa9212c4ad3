// Asks the simulator for something and tells the person plainly when it did not work.

const toast = document.getElementById("toast");
let hiding = 0;

export function tell(words) {
  toast.textContent = words;
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { toast.hidden = true; }, 5000);
}

export async function read(path) {
  const answer = await fetch(path, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function sent(path, options) {
  try {
    const answer = await fetch(path, { method: "POST", ...options });
    const told = await answer.json();
    if (answer.ok) return told;
    tell(told.error ?? "没有成功，请再试一次。");
  } catch {
    tell("没有发出去，请检查模拟平台是否还在运行，再试一次。");
  }
  return null;
}

export const post = (path, asked = {}) =>
  sent(path, { headers: { "Content-Type": "application/json" }, body: JSON.stringify(asked) });

export function upload(path, name, file) {
  const form = new FormData();
  form.append(name, file);
  return sent(path, { body: form });
}

// One press is one deed, however often an unsure finger taps.
export async function once(button, deed) {
  if (button.disabled) return;
  button.disabled = true;
  try {
    await deed();
  } finally {
    button.disabled = false;
  }
}
