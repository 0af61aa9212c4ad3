// The report has arrived: what was kept of it in this tab goes.

const { kind, person } = document.getElementById("reported")?.dataset ?? {};
if (person) sessionStorage.removeItem(`${kind ?? "report"}:${person}`);
