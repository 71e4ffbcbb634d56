// The order of work by keyboard: one stop for Tab, arrows along the edges. What a slice needs and what needs it
// stands out while it is pointed at. Without this each slice is a link that Tab reaches.
(() => {
  "use strict";

  const WORK = [".in_progress, .candidate", ".ready", ".blocked", ".planned"];
  const shown = new WeakSet();
  let stop = "";
  let lit = null;

  const graph = () => document.querySelector("#graph svg");
  const nodesOf = (svg) => [...svg.querySelectorAll(".node")];
  const placeOf = (node) => {
    const { e, f } = node.transform.baseVal.getItem(0).matrix;
    return { x: e, y: f };
  };
  const isCritical = (node) => node.classList.contains("critical");

  // Where the work is: what moves, else what can start, what is blocked, what waits.
  const workOf = (svg) => WORK.map((one) => svg.querySelector(`.node:is(${one})`)).find((node) => node !== null);

  const linesOf = (svg, node) => {
    const number = node.dataset.number;
    return [...svg.querySelectorAll("[data-ends]")].filter((line) => line.dataset.ends.split(" ").includes(number));
  };

  const neighbours = (svg, node, isForth) => {
    const [here, there] = isForth ? [0, 1] : [1, 0];
    const numbers = linesOf(svg, node)
      .map((line) => line.dataset.ends.split(" "))
      .filter((ends) => ends[here] === node.dataset.number)
      .map((ends) => ends[there]);
    return nodesOf(svg).filter((one) => numbers.includes(one.dataset.number));
  };

  // Of several ways the critical one, else the straightest.
  const along = (svg, node, isForth) => {
    const { y } = placeOf(node);
    const away = (one) => Math.abs(placeOf(one).y - y);
    const found = neighbours(svg, node, isForth);
    return (
      (isCritical(node) && found.find(isCritical)) || found.sort((one, other) => away(one) - away(other))[0]
    );
  };

  const within = (svg, node, step) => {
    const { x } = placeOf(node);
    const column = nodesOf(svg).filter((one) => placeOf(one).x === x);
    column.sort((one, other) => placeOf(one).y - placeOf(other).y);
    return column[column.indexOf(node) + step];
  };

  const KEYS = {
    ArrowLeft: (svg, node) => along(svg, node, false),
    ArrowRight: (svg, node) => along(svg, node, true),
    ArrowUp: (svg, node) => within(svg, node, -1),
    ArrowDown: (svg, node) => within(svg, node, 1),
    Home: (svg) => nodesOf(svg)[0],
    End: (svg) => nodesOf(svg).at(-1),
  };

  const light = (node) => {
    const svg = graph();
    lit = node;
    if (svg === null) return;
    const near = new Set();
    if (node !== null) {
      near.add(node);
      for (const isForth of [true, false]) for (const one of neighbours(svg, node, isForth)) near.add(one);
      for (const line of linesOf(svg, node)) near.add(line);
    }
    svg.classList.toggle("lit", node !== null);
    for (const one of svg.querySelectorAll(".node, .edge")) one.classList.toggle("near", near.has(one));
  };

  const nodeAt = (target) => target?.closest?.("#graph .node") ?? null;
  const focused = () => nodeAt(document.activeElement);
  const point = (node) => {
    if (node !== lit) light(node);
  };

  const setStop = (svg) => {
    const nodes = nodesOf(svg);
    const here = nodes.find((one) => one.id === stop) ?? workOf(svg) ?? nodes[0];
    for (const one of nodes) one.setAttribute("tabindex", one === here ? "0" : "-1");
  };

  // Scrolls the box, and never the page.
  const reveal = (node) => {
    const box = node.closest(".graph");
    const [inner, outer] = [node.getBoundingClientRect(), box.getBoundingClientRect()];
    const isIn = inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;
    if (isIn) return;
    box.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
    box.scrollTop += (inner.top + inner.bottom - outer.top - outer.bottom) / 2;
  };

  // A drawing that is wider or higher than its box begins where the work is.
  const bringToWork = (svg) => {
    if (shown.has(svg.parentElement)) return;
    shown.add(svg.parentElement);
    const node = workOf(svg);
    if (node) reveal(node);
  };

  const prepare = () => {
    const svg = graph();
    if (svg === null) return;
    setStop(svg);
    bringToWork(svg);
    light(lit?.isConnected ? lit : focused());
  };

  document.addEventListener("keydown", (event) => {
    const node = nodeAt(event.target);
    if (node === null || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key](graph(), node)?.focus();
  });

  document.addEventListener("focusin", (event) => {
    const node = nodeAt(event.target);
    if (node !== null) {
      stop = node.id;
      setStop(graph());
    }
    const isByKey = node?.matches(":focus-visible") ?? false;
    if (isByKey) reveal(node);
    point(isByKey ? node : null);
  });

  document.addEventListener("focusout", (event) => {
    if (nodeAt(event.target) !== null && nodeAt(event.relatedTarget) === null) point(null);
  });

  document.addEventListener("pointerover", (event) => point(nodeAt(event.target) ?? focused()));

  document.addEventListener("htmx:afterSettle", prepare);
  prepare();
})();
