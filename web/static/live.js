// What changes at the desk appears by itself; nothing that somebody is writing is taken away.

const state = document.getElementById("live");
const mine = state.dataset.case;
let waiting = null;
// As it came from the server: what was told on the page since, a refusal for instance, is no news.
const seen = new Map([...document.querySelectorAll("[data-live]")].map((part) => [part, part.innerHTML]));

const source = new EventSource("/desk/events");
source.addEventListener("ready", () => {
  if (state.textContent !== "实时更新") refresh();
  state.textContent = "实时更新";
  state.classList.add("on");
});
source.addEventListener("change", ({ data }) => {
  const { case: changed, due } = JSON.parse(data); // a deadline names no case: any page may be meant
  if (!mine || due || changed === mine) soon();
});
source.addEventListener("error", () => {
  state.textContent = "连接断了，正在重连…";
  state.classList.remove("on");
});

// That an alarm reached nobody comes of nothing happening.
setInterval(() => document.querySelector(".alarm") && refresh(), 30_000);

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 150);
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of seen.keys()) {
    const fresh = page.getElementById(old.id);
    if (!fresh || fresh.innerHTML === seen.get(old)) continue;
    if (busy(old)) offer();
    else {
      seen.set(old, fresh.innerHTML);
      replace(old, fresh);
    }
  }
}

// What somebody has unfolded stays unfolded.
function replace(old, fresh) {
  const name = (one) => one.querySelector("summary")?.textContent;
  const open = new Set([...old.querySelectorAll("details[open]")].map(name));
  old.replaceChildren(...document.importNode(fresh, true).childNodes);
  for (const one of old.querySelectorAll("details")) one.open ||= open.has(name(one));
}

// Somebody is in the middle of a form if they are in a field or have changed one.
function busy(part) {
  if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return true;
  return [...part.querySelectorAll("input, textarea, select")].some((field) => {
    if (field.type === "hidden") return false;
    if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
    return ![...field.options].every((one, index) => one.selected === (one.defaultSelected || (index === 0 && !field.querySelector("[selected]"))));
  });
}

function offer() {
  if (document.getElementById("fresh")) return;
  const button = document.createElement("button");
  Object.assign(button, { id: "fresh", type: "button", className: "button main", textContent: "内容有更新，点这里刷新" });
  button.addEventListener("click", () => location.reload());
  state.after(button);
}
