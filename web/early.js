// Forms without an address are sent by scripts. A press before the script is there waits for it:
// sent by the browser itself, what somebody typed would go into the address and nowhere else.

(() => {
  const waiting = new Map();
  const scripted = (form) => !form.hasAttribute("action");

  function hold(event) {
    if (!scripted(event.target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting.set(event.target, event.submitter);
  }

  addEventListener("submit", hold, true);
  addEventListener("DOMContentLoaded", () => {
    removeEventListener("submit", hold, true);
    for (const [form, button] of waiting) if (form.isConnected) form.requestSubmit(button);
  });
  // Last of all: the script never came.
  addEventListener("submit", (event) => {
    if (event.defaultPrevented || !scripted(event.target)) return;
    event.preventDefault();
    const fault = event.target.querySelector(".fault");
    if (!fault) return;
    fault.textContent = "页面没有加载完整，请刷新页面再试。";
    fault.hidden = false;
  });
})();
