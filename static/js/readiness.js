// On a phone the way to ready comes first: the requirements are folded until somebody opens them.
(() => {
  "use strict";

  if (!matchMedia("(max-width: 47rem)").matches || location.hash.startsWith("#group-") || location.search.includes("tree=")) return;
  for (const group of document.querySelectorAll(".req-group[data-open]")) group.open = false;
})();
