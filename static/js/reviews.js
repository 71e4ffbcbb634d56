// For pages that are written for an hour: rows that go at once, drafts that never overtake a recording.
(() => {
  "use strict";

  const form = () => document.querySelector("form[data-writes]");

  document.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest("[data-removes]");
      if (button === null) return;
      event.preventDefault();
      event.stopPropagation();
      const row = button.closest("[data-row]");
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (next?.querySelector("input") ?? document.getElementById("add-row")).focus();
      form().dispatchEvent(new Event("input", { bubbles: true }));
    },
    true,
  );

  document.addEventListener("htmx:beforeRequest", (event) => {
    const sent = event.detail.elt;
    const isDraft = sent.hasAttribute("data-autosave");
    if (isDraft && form().classList.contains("htmx-request")) event.preventDefault();
    if (sent === form()) document.querySelector("[data-autosave]").dispatchEvent(new Event("htmx:abort"));
  });

  // Whoever may not record reads why, on the page that still holds what they wrote.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const isRefused = event.detail.xhr.status === 403 && event.detail.requestConfig.elt === form();
    if (isRefused && event.detail.serverResponse.includes('id="region"')) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
})();
