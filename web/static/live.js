// What changes at the desk appears by itself; nothing that somebody is writing is taken away.

const state = document.getElementById("live");
const mine = state.dataset.case;
let waiting = null;

const source = new EventSource("/desk/events");
source.addEventListener("ready", () => {
  if (state.textContent !== "实时更新") refresh();
  state.textContent = "实时更新";
  state.classList.add("on");
});
source.addEventListener("change", ({ data }) => {
  if (!mine || JSON.parse(data).case === mine) soon();
});
source.addEventListener("error", () => {
  state.textContent = "连接断了，正在重连…";
  state.classList.remove("on");
});

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 150);
}

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(old.id);
    if (!fresh || fresh.innerHTML === old.dataset.seen) continue;
    if (old.dataset.seen === undefined && fresh.innerHTML === old.innerHTML) continue;
    if (busy(old)) offer();
    else {
      old.replaceChildren(...document.importNode(fresh, true).childNodes);
      old.dataset.seen = fresh.innerHTML;
    }
  }
}

// Somebody is in the middle of a form if a field differs from what the page came with.
function busy(part) {
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
