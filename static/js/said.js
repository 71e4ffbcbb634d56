// What was done, and what others changed, said in a corner: it moves nothing and goes by itself.
(() => {
  "use strict";

  const SECONDS = 12;
  const place = document.getElementById("said");
  let timer = 0;

  const hide = () => place.replaceChildren();
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => (place.matches(":hover, :focus-within") ? later() : hide()), SECONDS * 1000);
  };

  const say = (lines, tone) => {
    const note = document.createElement("div");
    note.className = `note ${tone}`;
    note.setAttribute("role", "status");
    for (const line of lines) {
      const item = document.createElement("p");
      item.textContent = line;
      note.append(item);
    }
    place.replaceChildren(note);
    later();
  };

  // An answer that only says "done" needs no place on the page.
  document.addEventListener("htmx:afterSettle", () => {
    const answer = document.querySelector("p.success[data-answer]");
    if (answer === null) return;
    say([answer.textContent], "done");
    answer.remove();
  });

  document.addEventListener("news", (event) => say(event.detail.lines, "news"));

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
})();
