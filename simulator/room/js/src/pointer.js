// Shows where something in the room is: outlines it, brings it into view and, when asked to, gives it the focus
// or gives the focus back. Python names the place with a selector; see `simulator/room/pointer.py`.
const STEP_MS = 50; // a tab that has just been opened takes a moment to be drawn
const LONGEST_MS = 2000;
let views = 0;

function render({ model, el }) {
  const style = document.createElement("style");
  el.id = `sevdrill-pointer-${++views}`;
  el.hidden = true;
  el.append(style);
  let before = null;
  let waiting = 0;

  const place = (selector) => el.closest(".sevdrill-room")?.querySelector(selector);
  // The rule finds its room by this, not by `:has()`, which makes every change in the page dear.
  const claim = () => el.closest(".sevdrill-room")?.setAttribute("data-pointer", el.id);

  function arrive(at, left) {
    claim();
    const found = place(at.selector);
    if (!found || found.getClientRects().length === 0) {
      if (left > 0) waiting = setTimeout(arrive, STEP_MS, at, left - STEP_MS);
      return;
    }
    const bar = place(".sevdrill-top")?.offsetHeight ?? 0;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    found.style.scrollMargin = `${bar + 16}px 0 24px`;
    if (!found.closest(".sevdrill-top")) {
      found.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
    }
    if (at.focus) {
      if (!found.contains(document.activeElement)) before = document.activeElement;
      found.focus({ preventScroll: true });
    }
  }

  function show() {
    const at = model.get("at");
    clearTimeout(waiting);
    style.textContent =
      at.selector && at.outline
        ? `.sevdrill-room[data-pointer=${el.id}] :is(${at.selector}) { outline: 3px dashed var(--sd-calm); outline-offset: 3px; }`
        : "";
    if (at.back && before?.isConnected) before.focus({ preventScroll: true });
    if (at.selector) arrive(at, LONGEST_MS);
  }

  model.on("change:at", show);
  show();
  return () => {
    clearTimeout(waiting);
    model.off("change:at", show);
  };
}

export default { render };
