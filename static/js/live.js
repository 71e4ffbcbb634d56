// Swaps that touch only what differs: scroll, focus, open folds and typed text stay as they are.
// What a person has in hand, a form with something typed or chosen in it, is neither changed nor taken away.
(() => {
  "use strict";

  const FIELDS = "textarea, select, input:not([type=hidden])";
  const ROWS = "tr, li, .node";
  const KEY = "[name=csrfmiddlewaretoken]";
  // How far ahead a part of a list is looked for, so that new ones are seen as new.
  const AHEAD = 12;

  // A list without a chosen entry shows its first one: that is no choice of the person.
  const chosen = (list) =>
    [...list.options].some((option) => option.selected && !option.defaultSelected && option.index > 0);
  const edited = (field) => {
    if (field.options) return chosen(field);
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    return field.type === "file" ? field.files.length > 0 : field.value !== field.defaultValue;
  };
  const typedIn = (form) => [...form.querySelectorAll(FIELDS)].some(edited);
  const inHand = (form) => typedIn(form) || form.contains(document.activeElement?.closest(FIELDS));

  // Nobody is led away from what they wrote and what was not taken.
  document.addEventListener("leaving", (event) => {
    if (event.target.nodeName === "FORM" && typedIn(event.target)) event.preventDefault();
  });

  const NOTHING = { isPoll: false, sent: null, top: null };
  let swap = NOTHING;
  // What the last refreshes left as it was, to be fetched again once it is let go of.
  let held = new Set();

  const OPENED = "details[open]:not([data-open])";
  const within = (node, what) => (node.matches(what) ? [node, ...node.querySelectorAll(what)] : [...node.querySelectorAll(what)]);
  const isHeld = (node) =>
    within(node, "form").some((form) => form !== swap.sent && inHand(form)) || within(node, OPENED).length > 0;

  const remove = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return node.remove();
    // A refusal stands until it is answered; it is no part of what is fetched.
    if (swap.isPoll && within(node, "[data-answer]").length > 0) return;
    const isTyped = within(node, "form").some((form) => form !== swap.sent && typedIn(form));
    if (!isTyped && !(swap.isPoll && isHeld(node))) return node.remove();
    held.add(node);
  };

  const attributes = (from, to) => {
    for (const { name, value } of to.attributes) {
      // A fold that was open when the page came is the reader's from then on.
      if (name === "open" && from.hasAttribute("data-open")) continue;
      if (from.getAttribute(name) !== value) from.setAttribute(name, value);
    }
    for (const { name } of [...from.attributes]) {
      // Scripts place things by their style, the server never does.
      if (name !== "open" && name !== "style" && !to.hasAttribute(name)) from.removeAttribute(name);
    }
  };

  // What a part is known by: its name, or that of the summary which folds it.
  const nameOf = (node) => node.id || (node.nodeName === "DETAILS" && node.firstElementChild?.id) || "";
  const kindOf = (node) => {
    if (node.nodeName === "FORM") return node.getAttribute("action");
    return node.matches?.(ROWS) ? "" : node.classList?.[0];
  };
  const alike = (one, other) =>
    one.nodeName === other.nodeName &&
    nameOf(one) === nameOf(other) &&
    (nameOf(one) !== "" || kindOf(one) === kindOf(other));

  const following = (node, isIt) => {
    let next = node.nextSibling;
    for (let step = 0; next !== null && step < AHEAD; step += 1, next = next.nextSibling) {
      if (isIt(next)) return next;
    }
    return null;
  };

  const isNew = (wanted, next) => following(wanted, (later) => later.isEqualNode(next)) !== null;

  // The part without a name that is to become the wanted one: the next one, or a later one if others went.
  const unnamed = (next, wanted) => {
    if (next === null || nameOf(wanted)) return undefined;
    if (!alike(next, wanted)) {
      return wanted.nodeType === Node.ELEMENT_NODE ? (following(next, (later) => alike(later, wanted)) ?? undefined) : undefined;
    }
    const isBlank = next.nodeType !== Node.ELEMENT_NODE && !next.textContent.trim();
    const isSame = next.isEqualNode(wanted) || isBlank || !isNew(wanted, next);
    return isSame ? next : undefined;
  };

  // Whether nothing of what comes after the wanted part needs this one.
  const isGone = (node, wanted, stay) => {
    if (nameOf(node)) return !stay.has(nameOf(node));
    return !node.textContent.trim() || following(wanted, (later) => alike(later, node)) === null;
  };

  // Where browsers can, without taking the focus from what is moved.
  const move = (parent, node, next) => (parent.moveBefore ?? parent.insertBefore).call(parent, node, next);

  const children = (from, to) => {
    const named = new Map([...from.children].map((one) => [nameOf(one), one]));
    const stay = new Set([...to.children].map(nameOf));
    let next = from.firstChild;
    for (const wanted of [...to.childNodes]) {
      let old = nameOf(wanted) ? named.get(nameOf(wanted)) : undefined;
      if (old?.nodeName !== wanted.nodeName) old = undefined;
      old ??= unnamed(next, wanted);
      while (old !== undefined && next !== null && next !== old && isGone(next, wanted, stay)) {
        const gone = next;
        next = next.nextSibling;
        remove(gone);
      }
      if (old === undefined) {
        from.insertBefore(wanted, next);
        touched(wanted);
        continue;
      }
      if (old !== next) move(from, old, next);
      next = old.nextSibling;
      morph(old, wanted);
    }
    while (next !== null) {
      const gone = next;
      next = next.nextSibling;
      remove(gone);
    }
  };

  const touched = (node) => {
    if (swap.isPoll && node.nodeType === Node.ELEMENT_NODE && node.matches(ROWS)) node.classList.add("touched");
  };

  const morph = (from, to) => {
    if (from.isEqualNode(to)) return;
    if (from.nodeType !== Node.ELEMENT_NODE) {
      from.nodeValue = to.nodeValue;
      return;
    }
    if (from === swap.sent && from.nodeName === "FORM") {
      from.replaceWith(to);
      return;
    }
    if (from.nodeName === "FORM" && (swap.isPoll ? inHand(from) : typedIn(from))) {
      // With the version that it was written for, so that it meets what others did; only the key is renewed.
      const key = to.querySelector(KEY);
      if (key !== null) from.querySelector(KEY).value = key.value;
      held.add(from);
      return;
    }
    const before = from.textContent;
    attributes(from, to);
    if (from.nodeName !== "SELECT" || !chosen(from)) children(from, to);
    if (from.textContent !== before) touched(from);
  };

  // The row, or the nearest part with a name, that something stands in.
  const placeOf = (element) => element.closest("tr, li")?.querySelector("[id]")?.id;

  const nearest = (id, place) => {
    const same = id ? document.getElementById(id) : null;
    if (same !== null) return same;
    const row = place ? document.getElementById(place) : null;
    return row?.closest("tr, li").querySelector(".verbs :is(button, summary, a)") ?? row;
  };

  // Of a field in sight that has the focus.
  const topOf = (field) => {
    const top = field?.matches(FIELDS) ? field.getBoundingClientRect().top : -1;
    return top >= 0 && top < innerHeight ? top : null;
  };

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { requestConfig, target, xhr } = event.detail;
    const sent = requestConfig.elt;
    const focused = document.activeElement;
    swap = {
      isPoll: sent === target && sent.hasAttribute("data-poll"),
      sent,
      fold: sent.closest("details"),
      focused,
      top: topOf(focused),
      selection: focused?.matches("textarea, input[type=text]") ? [focused.selectionStart, focused.selectionEnd] : null,
      id: focused?.id,
      place: focused ? placeOf(focused) : undefined,
    };
    xhr.swap = swap;
  });

  // Another answer may have come in since this one was swapped in.
  document.addEventListener("htmx:afterSettle", (event) => {
    const done = event.detail.xhr?.swap ?? NOTHING;
    // A fold has done its work once its form was sent.
    if (!done.isPoll && done.fold?.isConnected && !done.fold.querySelector("[aria-invalid]")) done.fold.open = false;
    const answer = document.querySelector("[data-answer]:not(p.success)");
    if (answer !== null && !done.isPoll) answer.focus();
    else if (document.activeElement === document.body && done.focused) refocus(done);
    stay(done);
    if (swap === done) swap = NOTHING;
  });

  const refocus = ({ focused, id, place, selection }) => {
    const element = focused.isConnected ? focused : nearest(id, place);
    element?.focus({ preventScroll: true });
    if (element === focused && selection) element.setSelectionRange(...selection);
  };

  // Once nothing is held any more, what was left out comes at once.
  const letGo = () => {
    if (held.size === 0 || [...held].some((node) => node.isConnected && isHeld(node))) return;
    held = new Set();
    for (const region of document.querySelectorAll("[data-poll]")) {
      region.setAttribute("hx-headers", JSON.stringify({ "If-None-Match": '"0"' }));
      htmx.trigger(region, "refresh");
    }
  };
  for (const name of ["focusout", "input", "toggle"]) {
    document.addEventListener(name, () => setTimeout(letGo), true);
  }

  // A browser keeps the top of what is read in its place, not the field that somebody types in.
  const stay = ({ isPoll, focused, top }) => {
    const isTyping = isPoll && top !== null && focused === document.activeElement;
    if (isTyping) scrollBy({ top: focused.getBoundingClientRect().top - top, behavior: "instant" });
  };

  htmx.defineExtension("morph", {
    isInlineSwap: (style) => style === "morph",
    handleSwap: (style, target, fragment, settling) => {
      if (style !== "morph") return false;
      document.dispatchEvent(new CustomEvent("arriving", { detail: fragment }));
      const wanted = [...fragment.children].find((one) => alike(one, target));
      if (wanted === undefined) {
        const all = [...fragment.childNodes];
        settling.elts.push(...fragment.children);
        target.replaceWith(...all);
        return all;
      }
      morph(target, wanted);
      if (!swap.isPoll) return [target];
      // Handed back to htmx, it would give the focus to the first field that wants it.
      htmx.process(target);
      // At once: what comes in before this has settled takes the place of the field for its own.
      stay(swap);
      return true;
    },
  });
})();
