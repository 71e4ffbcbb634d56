// Everything here is a convenience: without it each page works by links, forms and reloading.
// Regions that refresh themselves, and what is said when the server cannot be reached.
(() => {
  "use strict";

  const words = {
    0: "The server did not answer. Nothing was changed. Check the connection and try again.",
    401: "You were signed out. What you wrote is still here: sign in in another tab, then go on.",
    403: "You may not do this here, or this page belongs to an earlier sign-in. Nothing was changed. Load the page again.",
    404: "This is not here any more. Load the page again.",
    503: "The database does not answer at the moment. Nothing was changed. Try again in a few seconds.",
  };

  // What only looked for news had nothing to change.
  const silent = "The server does not answer: what stands here may be out of date. The page goes on asking.";

  const trouble = (text) => {
    const line = document.getElementById("trouble");
    line.textContent = text;
    line.hidden = !text;
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

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) trouble("");
  });

  const failed = (event) => {
    const { status } = event.detail.xhr;
    const isSilence = isPoll(event.detail) && (status === 0 || status >= 500);
    if (!isSilence) return trouble(words[status] ?? `The server answered ${status}. Nothing was changed. Load the page again.`);
    // What became of a verb is said until the server answers again.
    if (document.getElementById("trouble").hidden) trouble(silent);
  };
  for (const name of ["responseError", "sendError", "timeout"]) document.addEventListener(`htmx:${name}`, failed);

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
