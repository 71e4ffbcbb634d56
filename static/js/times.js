// Moments as people say them, "20 min ago" or "in 2 h", kept fresh; the server writes what stays true.
(() => {
  "use strict";

  const HALF_A_MINUTE = 30_000;
  const TWO_WEEKS = 14 * 86_400;
  const STEPS = [
    [3600, 60, "min"],
    [86_400, 3600, "h"],
    [TWO_WEEKS, 86_400, "d"],
  ];
  const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const HERE = { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

  const date = (at) => `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]}`;
  const full = (at) => `${date(at)} ${at.getUTCFullYear()}`;
  const day = (at, now) => (at.getUTCFullYear() === now.getUTCFullYear() ? date(at) : full(at));

  const lasting = (seconds) => {
    const [, unit, word] = STEPS.find(([limit]) => seconds < limit);
    return `${Math.max(1, Math.floor(seconds / unit))} ${word}`;
  };

  const past = (at, now) => {
    const seconds = (now - at) / 1000;
    if (seconds < 60) return "just now";
    return seconds < TWO_WEEKS ? `${lasting(seconds)} ago` : day(at, now);
  };

  const due = (at, now) => {
    const seconds = (at - now) / 1000;
    if (seconds >= TWO_WEEKS) return `on ${day(at, now)}`;
    if (seconds >= 0) return `in ${lasting(seconds)}`;
    return seconds > -TWO_WEEKS ? `overdue by ${lasting(-seconds)}` : `overdue since ${day(at, now)}`;
  };

  const since = (at, now) => {
    const seconds = Math.max(0, now - at) / 1000;
    return seconds < TWO_WEEKS ? `for ${lasting(seconds)}` : `since ${day(at, now)}`;
  };

  const words = { ago: past, due, since };

  const each = (root, say) => {
    for (const element of root.querySelectorAll("time[data-said]")) {
      // Of a past moment nothing is told as from now.
      if (element.closest("[data-past]") !== null) continue;
      const at = new Date(element.dateTime);
      const said = say(element, at);
      if (said !== undefined && element.textContent !== said) element.textContent = said;
      if (at.getTimezoneOffset() !== 0 && element.title.endsWith("UTC")) {
        element.title += `, ${at.toLocaleString("en-GB", HERE)} here`;
      }
    }
  };

  let isOnPaper = false;
  const refresh = (root = document, now = new Date()) => {
    if (!isOnPaper) each(root, (element, at) => words[element.dataset.said]?.(at, now));
  };

  // What a swap brings is said for the same moment as what stands, so that only what differs is touched.
  document.addEventListener("arriving", (event) => {
    const now = new Date();
    refresh(document, now);
    refresh(event.detail, now);
  });
  document.addEventListener("htmx:afterSwap", () => refresh());
  document.addEventListener("visibilitychange", () => refresh());
  setInterval(refresh, HALF_A_MINUTE);
  refresh();

  // Paper does not count on: it bears the moments themselves.
  const clock = (at) => at.toISOString().slice(11, 16);
  addEventListener("beforeprint", () => {
    isOnPaper = true;
    each(document, (element, at) => (words[element.dataset.said] ? `${full(at)}, ${clock(at)}` : undefined));
  });
  addEventListener("afterprint", () => {
    isOnPaper = false;
    refresh();
  });
})();
