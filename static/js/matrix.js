// The gate matrix: arrow keys walk its cells, and a cell opens its gates in place.
// Without script every cell is a tab stop and a link to the page of its suite.
(() => {
  "use strict";

  const dialog = document.getElementById("peek");
  const body = document.getElementById("peek-body");
  if (dialog === null) return;
  const cells = () => [...document.querySelectorAll(".matrix a.cell")];
  const at = (address) => cells().find((cell) => cell.getAttribute("href") === address);
  // Addresses outlive the cells themselves, which a refresh may make anew.
  let current = "";
  let opened = "";

  const rove = () => {
    const all = cells();
    const stop = at(current) ?? all[0];
    for (const cell of all) cell.tabIndex = cell === stop ? 0 : -1;
  };

  const inRow = (row) => [...row.querySelectorAll("a.cell")];
  const inColumn = (cell) => {
    const place = cell.parentElement.cellIndex;
    return cells().filter((one) => one.parentElement.cellIndex === place);
  };

  const target = (cell, key) => {
    const row = inRow(cell.closest("tr"));
    const line = key === "ArrowUp" || key === "ArrowDown" ? inColumn(cell) : row;
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[key];
    if (step !== undefined) return line[line.indexOf(cell) + step];
    return { Home: row[0], End: row.at(-1) }[key];
  };

  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.(".matrix a.cell");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const next = target(cell, event.key);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
  });

  document.addEventListener("focusin", (event) => {
    const cell = event.target.closest(".matrix a.cell");
    if (cell === null) return;
    current = cell.getAttribute("href");
    rove();
  });

  // Below its cell, or above it where there is more room; a narrow screen has a place of its own for it.
  const put = (cell) => {
    const box = cell.getBoundingClientRect();
    const below = window.innerHeight - box.bottom;
    const isBelow = below >= box.top || below > window.innerHeight / 2;
    dialog.style.setProperty("--right", `${Math.max(8, document.documentElement.clientWidth - box.right - 48)}px`);
    dialog.style.setProperty("--top", isBelow ? `${box.bottom + 6}px` : "auto");
    dialog.style.setProperty("--bottom", isBelow ? "auto" : `${window.innerHeight - box.top + 6}px`);
    dialog.style.setProperty("--room", `${Math.round((isBelow ? below : box.top) - 20)}px`);
  };

  const part = (name, text, id = "") => {
    const made = document.createElement(name);
    made.textContent = text;
    if (id) made.id = id;
    return made;
  };

  const peek = (cell) => {
    opened = cell.getAttribute("href");
    body.replaceChildren(part("h2", cell.getAttribute("aria-label"), "peek-title"), part("p", "Asking for its gates."));
    put(cell);
    dialog.showModal();
    htmx.ajax("GET", `${opened}?peek`, { target: "#peek-body", swap: "innerHTML" });
  };

  document.addEventListener("click", (event) => {
    const cell = event.target.closest(".matrix a.cell");
    if (event.target === dialog) dialog.close();
    if (cell === null || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    peek(cell);
  });

  dialog.addEventListener("close", () => {
    body.replaceChildren();
    at(opened)?.focus();
  });

  // An answer for a dialog that was closed meanwhile is not shown; trouble is told on the page behind it.
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === body && !event.detail.requestConfig.path.startsWith(opened)) event.detail.shouldSwap = false;
    if (event.detail.target === body && !dialog.open) event.detail.shouldSwap = false;
  });
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (event.detail.target === body) dialog.close();
    });
  }

  document.addEventListener("htmx:afterSettle", rove);
  rove();
})();
