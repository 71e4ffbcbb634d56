// The page for the wall: says when the server was last heard, and plainly if it has not been for a while.
(() => {
  "use strict";

  const line = document.getElementById("heard");
  if (line === null) return;

  const SILENT_AFTER = Number(line.dataset.silentAfter) * 1000;
  let heard = Date.now();

  // In steps, so that nothing on the wall moves with every second.
  const ago = (seconds) => {
    if (seconds < 10) return "just now";
    return seconds < 60 ? `${Math.floor(seconds / 10) * 10} s ago` : `${Math.floor(seconds / 60)} min ago`;
  };

  const say = () => {
    const passed = Date.now() - heard;
    const isSilent = passed > SILENT_AFTER;
    const said = ago(Math.floor(passed / 1000));
    document.body.classList.toggle("is-silent", isSilent);
    const text = isSilent ? `The server last answered ${said}: this may be out of date.` : `server heard ${said}`;
    if (line.textContent !== text) line.textContent = text;
  };

  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr } = event.detail;
    if (!elt.hasAttribute("data-poll") || (xhr.status !== 304 && !event.detail.successful)) return;
    heard = Date.now();
    say();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.getElementById("wall-back").click();
  });

  setInterval(say, 1000);
  say();
})();
