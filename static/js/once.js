// For what is shown once: a button that copies it, and nothing left of it when the page is left.
(() => {
  "use strict";

  const show = () => {
    for (const button of document.querySelectorAll("[data-copies]")) button.hidden = false;
  };

  // The clipboard is only there on https and on this machine itself; the old way works everywhere.
  const copied = (field) => {
    field.select();
    return navigator.clipboard
      ? navigator.clipboard.writeText(field.value).then(() => true, () => false)
      : Promise.resolve(document.execCommand("copy"));
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (button === null) return;
    const done = await copied(document.getElementById(button.dataset.copies));
    button.textContent = done ? "Copied" : "Press Ctrl+C";
  });

  window.addEventListener("pagehide", () => {
    for (const field of document.querySelectorAll("[data-once]")) field.remove();
  });

  // A page that the browser kept in memory comes back without it, so it is asked for anew.
  window.addEventListener("pageshow", (event) => {
    const shown = document.querySelector("[data-home]");
    if (event.persisted && shown !== null) window.location.replace(shown.dataset.home);
  });

  document.addEventListener("htmx:afterSettle", show);
  show();
})();
