// The bar: counts that follow what was just done, and a menu that closes when one turns away from it.
(() => {
  "use strict";

  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.successful || event.detail.requestConfig.verb === "get") return;
    for (const counts of document.querySelectorAll(".waiting[data-poll]")) htmx.trigger(counts, "refresh");
  });

  const menu = () => document.querySelector("details.menu[open]");
  const turnedAway = (event) => {
    if (menu()?.contains(event.target) === false) menu().open = false;
  };
  document.addEventListener("click", turnedAway);
  document.addEventListener("focusin", turnedAway);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu() === null) return;
    const opened = menu();
    if (opened.contains(document.activeElement)) opened.querySelector("summary").focus();
    opened.open = false;
  });
})();
