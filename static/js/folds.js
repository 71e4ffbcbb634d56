// Popovers of folds: one at a time, inside the screen, closed by Escape or a click elsewhere.
// Without script a fold opens and closes by its own summary.
(() => {
  "use strict";

  const OPEN = "details.fold[open]";
  const MARGIN = 8;
  const FIELDS = "textarea, select, input:not([type=hidden])";

  // What is typed is not put out of sight by a click beside it.
  const isTypedIn = (fold) => [...fold.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);

  const close = (fold) => {
    const had = fold.contains(document.activeElement);
    fold.open = false;
    if (had) fold.querySelector("summary").focus();
  };

  // A popover hangs at the right edge of its fold: it is moved as far as it would leave the screen.
  const fit = (fold) => {
    const pop = fold.querySelector(".pop");
    if (pop === null || getComputedStyle(pop).position !== "absolute") return;
    pop.style.translate = "";
    const box = pop.getBoundingClientRect();
    const over = box.right - (document.documentElement.clientWidth - MARGIN);
    const under = MARGIN - box.left;
    if (over > 0 || under > 0) pop.style.translate = `${under > 0 ? under : -over}px`;
    pop.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener(
    "toggle",
    (event) => {
      const fold = event.target;
      if (!fold.matches?.(OPEN)) return;
      for (const other of document.querySelectorAll(OPEN)) {
        if (other !== fold && !other.contains(fold)) other.open = false;
      }
      fit(fold);
    },
    true,
  );

  document.addEventListener("click", (event) => {
    for (const fold of document.querySelectorAll(OPEN)) {
      if (!fold.contains(event.target) && !isTypedIn(fold)) close(fold);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog:modal") !== null) return;
    const all = [...document.querySelectorAll(OPEN)];
    const fold = all.find((one) => one.contains(document.activeElement)) ?? all[0];
    if (fold === undefined) return;
    close(fold);
    fold.querySelector("summary").focus();
  });

  // The form of a thing that is done with is gone; its row still stands.
  const ROWS = { resolve: "concern", fix: "finding", attach: "artifact" };
  const named = () => {
    const [, name, verb, number] = /^#((?:([a-z]+)-)?(.+))$/.exec(location.hash) ?? [];
    if (name === undefined) return null;
    return document.getElementById(name) ?? document.getElementById(`${ROWS[verb]}-${number}`);
  };

  // The address may name a fold, or something in one, or a requirement that somebody just supposed something about.
  const unfold = () => {
    const place = named();
    if (place === null || !document.querySelector("main").contains(place)) return;
    for (let fold = place.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const fold = place.matches("summary, details") ? place.closest("details") : null;
    const first = fold?.querySelector(FIELDS) ?? place.closest(".leaf")?.querySelector("a.what-if");
    (fold ?? place).scrollIntoView({ block: first ? "center" : "start" });
    first?.focus({ preventScroll: true });
  };
  document.addEventListener("DOMContentLoaded", unfold);
  // The browser takes the focus to the place itself, or away, once the page is there.
  addEventListener("load", () => setTimeout(() => document.activeElement.matches(FIELDS) || unfold()));
  addEventListener("hashchange", unfold);
  // An address that one is at already may be asked for again.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("main a[href*='#']");
    if (link?.href === location.href) setTimeout(unfold);
  });
})();
