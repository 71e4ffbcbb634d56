// Everything here is a convenience: without it each page works by links, forms and reloading.
(() => {
  "use strict";

  const words = {
    0: "The server did not answer. Nothing was changed. Check the connection and try again.",
    403: "You may not do this here, or this page belongs to an earlier sign-in. Nothing was changed. Load the page again.",
    404: "This is not here any more. Load the page again.",
    503: "The database does not answer at the moment. Nothing was changed. Try again in a few seconds.",
  };

  const trouble = (text) => {
    const line = document.getElementById("trouble");
    line.textContent = text;
    line.hidden = !text;
  };

  // A region that refreshes itself must not disturb whoever is reading a fold or typing in it.
  // Folds that the server opened are no sign of anybody.
  const busy = (region) =>
    document.hidden ||
    region.querySelector("details[open]:not([data-open])") !== null ||
    region.contains(document.activeElement?.closest("input, select, textarea"));

  document.addEventListener("htmx:beforeRequest", (event) => {
    const region = event.detail.elt;
    if (region.hasAttribute("data-poll") && event.detail.requestConfig.triggeringEvent === undefined && busy(region)) {
      event.preventDefault();
    }
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) trouble("");
  });

  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    trouble(words[status] ?? `The server answered ${status}. Nothing was changed. Load the page again.`);
  });

  document.addEventListener("htmx:sendError", () => trouble(words[0]));
  document.addEventListener("htmx:timeout", () => trouble(words[0]));

  // A swap keeps what was typed into other forms, which folds are open, and how far boxes are scrolled.
  const nameOf = (field) => `${field.form?.getAttribute("action")} ${field.name} ${field.id}`;
  // A list without a chosen entry shows its first one: that is no choice of the person.
  const chosen = (list) =>
    [...list.options].some((option) => option.selected && !option.defaultSelected && option.index > 0);
  const edited = (field) =>
    field.options ? chosen(field) : field.value !== (field.defaultValue ?? "");
  const typed = (root) =>
    [...root.querySelectorAll("textarea, input:not([type=hidden]), select")].filter(
      // No script may put a file back.
      (field) => field.form && field.type !== "file" && edited(field),
    );
  let kept = { fields: new Map(), scrolled: new Map(), closed: [] };

  document.addEventListener("htmx:beforeSwap", (event) => {
    const sent = event.detail.requestConfig.elt;
    const region = event.detail.target;
    const others = typed(region).filter((field) => field.form !== sent);
    const boxes = [...region.querySelectorAll("[data-keep-scroll]")];
    kept = {
      fields: new Map(others.map((field) => [nameOf(field), field.value])),
      scrolled: new Map(boxes.map((box) => [box.id, box.scrollLeft])),
      closed: [...region.querySelectorAll("details[data-open]:not([open])")].map((fold) => fold.id),
    };
  });

  document.addEventListener("htmx:afterSettle", () => {
    for (const field of document.querySelectorAll("textarea, input:not([type=hidden]), select")) {
      const value = kept.fields.get(nameOf(field));
      if (value === undefined || field.closest(".answer")) continue;
      field.value = value;
      const fold = field.closest("details");
      if (fold) fold.open = true;
    }
    for (const [id, left] of kept.scrolled) document.getElementById(id)?.scrollTo({ left });
    for (const id of kept.closed) document.getElementById(id)?.removeAttribute("open");
    kept = { fields: new Map(), scrolled: new Map(), closed: [] };
  });

  // Answers are read first: they take the focus that the replaced button had.
  document.addEventListener("htmx:afterSettle", () => {
    document.querySelector("[data-answer]")?.focus();
  });
})();
