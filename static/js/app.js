// Everything here is a convenience: without it each page works by links, forms and reloading.
// Regions that refresh themselves, and what is said when the server cannot be reached.
(() => {
  "use strict";

  const OUT = "You were signed out. What you wrote is still here: sign in in another tab, then go on.";
  const words = {
    401: OUT,
    403: "You may not do this here, or you have signed in again since: then try again in a few seconds. Nothing was changed.",
    404: "This is not here any more. Load the page again.",
    500: "A fault of the program stopped this. Nothing was changed; the log of the server says more.",
    503: "The database does not answer at the moment. Nothing was changed. Try again in a few seconds.",
  };
  const UNKNOWN =
    "No answer came, so it is not known whether this was recorded. What you wrote is still here: wait until the page shows what others do again, and send it once more only if it is missing.";
  const UNREAD = "The server did not answer. Check the connection and try again.";
  // What only looked for news had nothing to change.
  const SILENT = "The server does not answer: what stands here may be out of date. The page goes on asking.";

  const line = () => document.getElementById("trouble");
  // What became of a verb is said until the next one, what a refresh met until the next refresh.
  let isOfVerb = false;
  const trouble = (text, ofVerb = false) => {
    isOfVerb = ofVerb;
    line().textContent = text;
    line().hidden = !text;
  };

  const isPoll = (detail) => detail.elt.hasAttribute("data-poll") && detail.elt === detail.target;
  // A poll that was set going before a filter gave its region another address.
  const isOutdated = ({ requestConfig, elt }) => requestConfig.path !== elt.getAttribute("hx-get");
  // A verb's answer is newer than that of a poll which was sent before it.
  let verbs = 0;

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!isPoll(event.detail)) {
      verbs += 1;
    } else if (document.hidden || isOutdated(event.detail)) {
      event.preventDefault();
    } else {
      event.detail.xhr.verbsBefore = verbs;
    }
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const before = event.detail.xhr.verbsBefore;
    if (before !== undefined && (before !== verbs || isOutdated(event.detail))) event.detail.shouldSwap = false;
  });

  const refresh = () => {
    if (document.hidden) return;
    for (const region of document.querySelectorAll("[data-poll]")) htmx.trigger(region, "refresh");
  };
  document.addEventListener("visibilitychange", refresh);
  // A page that the browser kept in memory is as old as the moment it was left.
  window.addEventListener("pageshow", (event) => event.persisted && refresh());

  const isVerb = ({ requestConfig }) => requestConfig.verb !== "get";
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful && (isVerb(event.detail) || !isOfVerb)) trouble("");
  });

  const failed = (event) => {
    const { status } = event.detail.xhr;
    const isLost = status === 0 || status === 502 || status === 504;
    if (!isPoll(event.detail)) {
      const said = isLost ? (isVerb(event.detail) ? UNKNOWN : UNREAD) : words[status];
      const text = said ?? `The server answered ${status}. Nothing was changed. Load the page again.`;
      trouble(text, isVerb(event.detail) && status !== 401);
    } else if (!isOfVerb) {
      trouble(isLost || status >= 500 ? SILENT : (words[status] ?? SILENT));
    }
  };
  for (const name of ["responseError", "sendError", "timeout"]) document.addEventListener(`htmx:${name}`, failed);
  document.addEventListener("keydown", (event) => event.key === "Escape" && isOfVerb && trouble(""));

  // Whoever wrote something keeps it, where the server would lead to the page for signing in.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { xhr, elt } = event.detail;
    if (xhr.status !== 401 || isPoll(event.detail)) return;
    if (elt.dispatchEvent(new CustomEvent("leaving", { bubbles: true, cancelable: true }))) return;
    event.preventDefault();
    trouble(OUT);
  });

  // The button of a verb's answer stands where the verb's own button stood: a second click is not meant for it.
  document.addEventListener(
    "click",
    (event) => {
      if (event.detail > 1 && event.target.closest("form[method=post] button")) event.preventDefault();
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter" && event.target.closest("button, summary")) event.preventDefault();
  });
})();
