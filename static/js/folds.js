// Popovers of folds: one at a time, inside the screen, closed by Escape or a click elsewhere.
// Without script a fold opens and closes by its own summary.
(() => {
  "use strict";

  const OPEN = "details.fold[open]";
  const MARGIN = 8;

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
})();
