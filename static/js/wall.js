// The page for the wall: says when the server was last heard, and plainly if it has not been for a while.
(() => {
  "use strict";

  const line = document.getElementById("heard");
  if (line === null) return;

  const SILENT_AFTER = Number(line.dataset.silentAfter) * 1000;
  let heard = Date.now();
  // Why the server shows it no more, once it says so.
  let refused = "";

  // In steps, so that nothing on the wall moves with every second.
  const ago = (seconds) => {
    if (seconds < 10) return "just now";
    return seconds < 60 ? `${Math.floor(seconds / 10) * 10} s ago` : `${Math.floor(seconds / 60)} min ago`;
  };

  const say = () => {
    const passed = Date.now() - heard;
    const isSilent = passed > SILENT_AFTER;
    const said = ago(Math.floor(passed / 1000));
    document.body.classList.toggle("is-silent", isSilent || refused !== "");
    const text = refused || (isSilent ? `The server last answered ${said}: this may be out of date.` : `server heard ${said}`);
    if (line.textContent !== text) line.textContent = text;
  };

  const REFUSALS = {
    401: "This screen was signed out, and shows what was true before: open the phase page and sign in.",
    403: "This screen may not see the phase any more: open the phase page.",
    404: "This phase is not shown here any more: open the phase page.",
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = event.detail;
    if (!elt.hasAttribute("data-poll") || xhr.status === 0 || xhr.status >= 500) return;
    heard = Date.now();
    refused = REFUSALS[xhr.status] ?? "";
    say();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.getElementById("wall-back").click();
  });

  setInterval(say, 1000);
  say();
})();
