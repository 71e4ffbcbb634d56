// Keys of one letter, for people who use them all day. They bring one to things; they record nothing.
(() => {
  "use strict";

  const PATIENCE = 1500;
  const SWITCH = "keys";
  const ROWS = [
    "table.list tbody tr",
    ".tasks > li",
    ".phase-lines > li",
    ".ledger > li",
    ".way-step",
    ".req-group > summary",
    ".leaf",
    ".document-list > li",
    ".decision-list > li",
    ".hits > li",
  ]
    .map((row) => `main ${row}`)
    .join(", ");
  const NAMES = ["th a[href]", ".step-name a", ".phase-name", ".told a", "a[href]"].map((name) => `${name}:not([tabindex="-1"])`);

  const dialog = document.getElementById("keys");
  const isSeen = (element) => element.checkVisibility();
  const rows = () => [...document.querySelectorAll(ROWS)].filter(isSeen);
  const say = (line) => document.dispatchEvent(new CustomEvent("news", { detail: { lines: [line] } }));

  const stored = () => {
    try {
      return localStorage.getItem(SWITCH);
    } catch {
      return null;
    }
  };
  let areOn = stored() !== "off";
  for (const place of document.querySelectorAll(".keys-switch")) {
    const box = place.querySelector("input");
    place.hidden = false;
    box.checked = areOn;
    box.addEventListener("change", () => {
      areOn = box.checked;
      try {
        localStorage.setItem(SWITCH, areOn ? "on" : "off");
      } catch {
        // Without storage the choice holds for this page.
      }
    });
  }

  // What of a row takes the focus: the link that it is named by, or the row itself.
  const nameOf = (row) => {
    if (row.matches("summary")) return row;
    const links = NAMES.flatMap((name) => [...row.querySelectorAll(name)]);
    if (!links.some(isSeen)) row.tabIndex = -1;
    return links.find(isSeen) ?? row;
  };

  // The row that was chosen last: a refresh may have taken it away, and the next one stands in its place.
  let last = { row: null, place: 0 };

  const step = (by) => {
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const was = at >= 0 ? at : all.indexOf(last.row);
    const next = was >= 0 ? was + by : last.place - (by < 0 ? 1 : 0);
    const place = Math.max(0, Math.min(all.length - 1, next));
    const row = all[place];
    if (row === undefined) return;
    last = { row, place };
    nameOf(row).focus({ preventScroll: true, focusVisible: true });
    row.scrollIntoView({ block: "nearest" });
  };

  const verbs = (verb) =>
    [...document.querySelectorAll(`main [id="${verb}"], main [id^="${verb}-"]`)].filter(
      (one) => one.matches("button, a, summary") && isSeen(one),
    );

  const reach = (verb, word) => {
    const all = verbs(verb);
    const row = document.activeElement.closest(ROWS);
    const mine = all.filter((one) => row?.contains(one));
    // A bare name is of the page itself, whichever row is chosen on it.
    const own = all.filter((one) => one.id === verb);
    const [one, other] = [mine, own, row === null ? all : []].find((some) => some.length > 0) ?? [];
    const code = row?.querySelector('[id^="code-"]')?.textContent;
    if (one === undefined) return say(`“${word}” is not possible ${code ? `for ${code}` : "here"} now.`);
    if (other !== undefined) return say(`“${word}” is possible in several rows. Choose one with j and k first.`);
    // A link leads to the form of the verb, as a fold has it in itself.
    if (one.matches("a")) return one.click();
    const fold = one.closest("summary")?.parentElement;
    if (fold) fold.open = true;
    (fold?.querySelector("textarea, select, input:not([type=hidden])") ?? one).focus({ focusVisible: true });
  };

  const act = (row) => {
    if (row.dataset.finds) return reach(row.dataset.finds, row.querySelector("td").textContent);
    const link = row.dataset.follows ? [...document.querySelectorAll(row.dataset.follows)].pop() : row.querySelector("a");
    link?.click();
  };

  const show = () => {
    if (dialog === null || dialog.open) return;
    for (const row of dialog.querySelectorAll("[data-rows]")) row.hidden = rows().length === 0;
    for (const row of dialog.querySelectorAll("[data-finds]")) row.hidden = verbs(row.dataset.finds).length === 0;
    for (const row of dialog.querySelectorAll("[data-follows]")) row.hidden = !document.querySelector(row.dataset.follows);
    for (const part of dialog.querySelectorAll("tbody, table")) part.hidden = !part.querySelector("tr:not([hidden]) td");
    dialog.showModal();
  };
  document.addEventListener("opens:keys", show);
  dialog?.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    if (document.getElementById(opener.dataset.opens)?.nodeName !== "DIALOG") return;
    event.preventDefault();
    document.dispatchEvent(new CustomEvent(`opens:${opener.dataset.opens}`));
  });

  const FIELDS = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button])";
  const isFree = (event) =>
    !event.defaultPrevented &&
    !event.isComposing &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.altKey &&
    !event.target.closest?.(FIELDS) &&
    document.querySelector("dialog[open]") === null;

  const ways = { j: () => step(1), k: () => step(-1), "?": show, "/": () => document.dispatchEvent(new CustomEvent("opens:find")) };
  let first = "";
  let timer = 0;

  document.addEventListener("keydown", (event) => {
    if (!areOn || event.key.length !== 1 || !isFree(event)) return;
    const typed = first ? `${first} ${event.key}` : event.key;
    first = "";
    clearTimeout(timer);
    const row = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === typed);
    if (typed === "g") {
      first = "g";
      timer = setTimeout(() => (first = ""), PATIENCE);
    } else if (ways[typed] || row) {
      event.preventDefault();
      (ways[typed] ?? (() => act(row)))();
    }
  });
})();
