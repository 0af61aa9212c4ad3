// The report has arrived: what was kept of it in this tab goes.

sessionStorage.removeItem(`report:${document.getElementById("reported").dataset.person}`);
