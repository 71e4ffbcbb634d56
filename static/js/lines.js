// A link to a line of a text that is written on the page marks that line in its field.
(() => {
  "use strict";

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-line]");
    if (link === null) return;
    event.preventDefault();
    const field = document.querySelector(link.hash);
    field.closest("details").open = true;
    const lines = field.value.split("\n");
    const number = Math.min(Number(link.dataset.line), lines.length);
    const start = lines.slice(0, number - 1).join("\n").length + (number > 1 ? 1 : 0);
    field.focus();
    field.setSelectionRange(start, start + lines[number - 1].length);
    field.scrollTop = (number - 1) * parseFloat(getComputedStyle(field).lineHeight) - field.clientHeight / 2;
  });
})();
