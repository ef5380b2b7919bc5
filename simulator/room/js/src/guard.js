// Keeps a control room safe inside a notebook: no notebook shortcut acts while the focus is in the room, a lost
// kernel is seen, what happens is spoken, and the room's own keys work. Draws one line: the signal, the announcement.
const LOST_MS = 3000; // no beat for this long: no signal
const CHECK_MS = 500;
const HEARD_MS = 2000;
const LOST_TEXT = "NO SIGNAL – the kernel is busy or gone";
const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]";
const TYPING = "input, textarea, select, [contenteditable]:not([contenteditable='false'])";
const WATCHED = ["tabindex", "contenteditable", "title", "class"];
const SUPPRESS = "data-lm-suppress-shortcuts";

/** The text of the label that ipywidgets put beside a control, or nothing. */
function labelOf(node) {
  for (let part = node; part && !part.matches(".widget-box"); part = part.parentElement) {
    const label = part.querySelector(":scope > .widget-label");
    if (label) return label.textContent.trim();
  }
  return "";
}

/** Sets an attribute only if that changes it: the room is watched, and equal writes would wake the watch. */
function put(node, attribute, value) {
  if (node.getAttribute(attribute) !== value) node.setAttribute(attribute, value);
}

/** Gives one element what a screen reader and the notebook need to know of it. */
function dress(node, keys) {
  if (node.getAttribute("title") === "null") node.removeAttribute("title");
  if (!node.matches(FOCUSABLE)) return;
  put(node, SUPPRESS, "true");

  // A title is spoken reliably only as a description, and only if it adds to the name.
  const title = node.getAttribute("title")?.trim() ?? "";
  if (title && title !== node.textContent.trim() && title !== labelOf(node)) {
    if (!node.hasAttribute("aria-description") || node.dataset.sdDescribed) {
      put(node, "aria-description", title);
      put(node, "data-sd-described", "true");
    }
  } else if (node.dataset.sdDescribed) {
    node.removeAttribute("aria-description");
    delete node.dataset.sdDescribed;
  }

  // ipywidgets shows a pressed toggle by colour only, and names neither the group nor a slider's handle.
  const group = node.closest(".widget-toggle-buttons");
  if (node.matches("button") && (group || node.matches(".widget-toggle-button"))) {
    put(node, "aria-pressed", String(node.classList.contains("mod-active")));
  }
  if (group && labelOf(group)) {
    put(group, "role", "group");
    put(group, "aria-label", labelOf(group));
  }
  if (node.matches("[role='slider']:not([aria-label], [aria-labelledby])") && labelOf(node)) {
    put(node, "aria-label", labelOf(node));
  }

  if (node.matches("button")) {
    const key = Object.keys(keys).find((one) => node.classList.contains(`key-${one}`));
    if (key) put(node, "aria-keyshortcuts", key);
    else if (node.hasAttribute("aria-keyshortcuts")) node.removeAttribute("aria-keyshortcuts");
  }
}

function render({ model, el }) {
  const line = document.createElement("div");
  const signal = document.createElement("div");
  const news = document.createElement("div");
  line.className = "sevdrill-guard";
  signal.className = "sevdrill-signal";
  news.className = "sevdrill-news";
  for (const node of [signal, news]) {
    node.setAttribute("role", "status");
    node.setAttribute("aria-live", "polite");
    node.setAttribute("aria-atomic", "true");
  }
  line.append(signal, news);
  el.classList.add("sevdrill-guard-host");
  el.append(line);

  let room = null;
  let lastBeat = performance.now();
  let beating = false; // a beat has been heard since the page began to watch
  let keys = model.get("shortcuts") ?? {};

  // ---- the room -------------------------------------------------------------------------------
  const dressTree = (node) => {
    dress(node, keys);
    for (const part of node.querySelectorAll(`${FOCUSABLE}, [title="null"]`)) dress(part, keys);
  };
  const watch = new MutationObserver((records) => {
    for (const { type, target, addedNodes } of records) {
      if (type === "attributes") dress(target, keys);
      else for (const node of addedNodes) if (node instanceof Element) dressTree(node);
    }
  });

  function leave() {
    watch.disconnect();
    room?.removeEventListener("keydown", onKey);
    room?.removeAttribute("data-live");
    room = null;
  }

  /** Finds the room this guard stands in; it is attached to the page only after it is rendered. */
  function enter() {
    const found = el.closest(".sevdrill-room");
    if (found === room) return;
    leave();
    room = found;
    if (!room) return;
    // A click between the controls leaves the focus in the room, not on the cell, where keys edit the notebook.
    if (!room.hasAttribute("tabindex")) room.setAttribute("tabindex", "-1");
    dressTree(room);
    watch.observe(room, { childList: true, subtree: true, attributes: true, attributeFilter: WATCHED });
    room.addEventListener("keydown", onKey);
    showSignal();
  }

  function onKey(event) {
    if (event.defaultPrevented || event.repeat || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
    const lower = event.shiftKey ? event.key : event.key.toLowerCase(); // caps lock is not shift
    const key = [event.key, lower].find((one) => Object.hasOwn(keys, one));
    if (key === undefined) return;
    const shown = [...room.querySelectorAll(`button.key-${CSS.escape(key)}`)].find((one) => one.offsetParent);
    if (!shown) return;
    event.preventDefault();
    event.stopPropagation();
    shown.click();
  }

  /** Saving stays the notebook's: without this, the browser would offer to save the page. */
  function onSaveKey(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key?.toLowerCase() !== "s") return;
    if (!room?.contains(event.target)) return;
    const stamped = [room, ...room.querySelectorAll(`[${SUPPRESS}]`)].filter((one) => one.contains(event.target));
    for (const one of stamped) one.removeAttribute(SUPPRESS); // the notebook listens on the document, right after us
    setTimeout(() => stamped.forEach((one) => one.setAttribute(SUPPRESS, "true")));
  }

  // ---- the signal -----------------------------------------------------------------------------
  function showSignal() {
    const lost = !document.hidden && performance.now() - lastBeat > LOST_MS;
    const text = lost ? LOST_TEXT : "";
    if (signal.textContent !== text) signal.textContent = text;
    line.dataset.lost = String(lost);
    if (room && (lost || beating)) put(room, "data-live", String(!lost));
  }
  function onBeat() {
    lastBeat = performance.now();
    beating = true;
    showSignal();
  }
  function onShown() {
    if (!document.hidden) lastBeat = performance.now(); // a hidden page may have slept; give the kernel its time
    showSignal();
  }
  function onNews() {
    news.textContent = model.get("announce");
  }
  function onKeys() {
    keys = model.get("shortcuts") ?? {};
    if (room) dressTree(room);
  }
  function say() {
    try {
      model.set("heard", (model.get("heard") ?? 0) + 1);
      model.save_changes();
    } catch (error) {
      console.debug("sevdrill: the kernel cannot be told that the page is open", error);
    }
  }

  const events = { "change:beat": onBeat, "change:announce": onNews, "change:shortcuts": onKeys };
  for (const [event, handler] of Object.entries(events)) model.on(event, handler);
  document.addEventListener("visibilitychange", onShown);
  window.addEventListener("keydown", onSaveKey, true);
  const check = setInterval(() => {
    enter();
    showSignal();
  }, CHECK_MS);
  const talk = setInterval(say, HEARD_MS);
  const first = requestAnimationFrame(enter);
  onNews();
  enter();
  say();

  return () => {
    for (const [event, handler] of Object.entries(events)) model.off(event, handler);
    document.removeEventListener("visibilitychange", onShown);
    window.removeEventListener("keydown", onSaveKey, true);
    clearInterval(check);
    clearInterval(talk);
    cancelAnimationFrame(first);
    leave();
    line.remove();
  };
}

export default { render };
