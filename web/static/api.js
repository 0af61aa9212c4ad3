// Ask the API; a refusal is thrown as its problem details (title is for people).

const BROKEN = { title: "网络不通，请检查后再试一次", code: "network" };

export async function ask(path, { method = "GET", body, face, type = "application/json" } = {}) {
  const headers = { Accept: "application/json" };
  if (face) headers["X-Fengqiao-As"] = face;
  if (body !== undefined) headers["Content-Type"] = type;
  const raw = type === "application/json" && body !== undefined ? JSON.stringify(body) : body;
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: raw, credentials: "same-origin" });
  } catch {
    throw BROKEN;
  }
  if (answer.status === 204) return null;
  const told = await answer.json().catch(() => null);
  if (!answer.ok) throw told ?? { ...BROKEN, title: "系统出了点问题，请稍后再试" };
  return told;
}
