// Noting who is at somebody's device without a page of their own: beside them, or by telephone.

const at = (id) => document.getElementById(id);

export function asking(say) {
  const dialog = at("companion");
  const form = dialog.querySelector("form");
  let participant = "";
  form.onsubmit = () => {
    const given = new FormData(form);
    say({
      type: "companion",
      participant,
      name: at("companion-name").value.trim(),
      how: given.get("how"),
      agreed: given.get("agreed") === "1",
    });
  };
  at("companion-not").onclick = () => dialog.close();
  return (who, name) => {
    participant = who;
    form.reset();
    at("companion-with").textContent = name;
    dialog.showModal();
  };
}
