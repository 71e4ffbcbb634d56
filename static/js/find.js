// Find as a dialog over the page: results while typing, arrows choose, Enter opens, Escape goes back.
(() => {
  "use strict";

  const dialog = document.getElementById("find");
  const words = document.getElementById("find-words");
  if (words === null) return;
  const form = words.form;
  const results = () => document.getElementById("find-results");
  const hits = () => [...results().querySelectorAll("a.hit")];
  // Enter was pressed before the results of the last letters were there.
  let hurried = false;

  const open = () => {
    if (dialog === null) {
      words.focus();
    } else if (!dialog.open) {
      hurried = false;
      dialog.showModal();
      if (words.value.trim()) form.requestSubmit();
    }
    words.select();
  };

  document.addEventListener("opens:find", open);
  dialog?.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  const isUpToDate = () => results().dataset.words === words.value.trim();
  const openFirst = () => {
    hurried = false;
    hits()[0]?.click();
  };

  const choose = (step) => {
    const all = [words, ...hits()];
    const next = all[all.indexOf(document.activeElement) + step];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  const keys = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      choose(step);
    } else if (event.key === "Enter" && event.target === words && dialog !== null && words.value.trim()) {
      event.preventDefault();
      if (isUpToDate()) return openFirst();
      hurried = true;
      form.requestSubmit();
    } else if (event.key === "Escape" && dialog !== null) {
      // Else the field would take it to empty itself.
      event.preventDefault();
      dialog.close();
    } else if ((event.key.length === 1 || event.key === "Backspace") && event.target.matches("a.hit")) {
      if (!event.ctrlKey && !event.metaKey && !event.altKey) words.focus();
    }
  };
  (dialog ?? document.querySelector(".find-page")).addEventListener("keydown", keys);
  words.addEventListener("input", () => {
    hurried = false;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target === results() && hurried && isUpToDate()) openFirst();
  });
})();
