// Keeps a control room safe inside a notebook: no notebook shortcut acts while the focus is in the room, a lost
// kernel is seen, what happens is spoken, and the room's own keys work. Draws one line: the signal, the announcement.
const LOST_MS = 3000; // no beat for this long: no signal
const CHECK_MS = 500;
const HEARD_MS = 2000;
const LOST_TEXT = "NO SIGNAL – the kernel is busy or gone";
const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]";
const TYPING =
  "input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]:not([contenteditable='false'])";
const PLACES = ".sevdrill-move, .sevdrill-card, .sevdrill-strip"; // where Escape leaves a text field to
const DIALOG = ".sevdrill-dialog";
const COACH = ".sevdrill-coaching";
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

const seen = (node) => node.offsetParent !== null;
const controls = (node) => [...node.querySelectorAll(FOCUSABLE)].filter((one) => seen(one) && one.tabIndex >= 0);

/** Moves the focus, without the page jumping when the element is in view. */
function focus(node) {
  if (!node.matches(FOCUSABLE)) node.setAttribute("tabindex", "-1");
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: "nearest" });
}

/** Turns every row of tabs around an element to the page that holds it; gives the innermost tab. */
function turnTo(node) {
  let tab = null;
  for (let page = node; page; page = page.parentElement) {
    const pages = page.parentElement;
    if (!pages?.matches(".widget-tab-contents")) continue;
    const bar = pages.parentElement.querySelector(":scope > .lm-TabBar .lm-TabBar-content");
    const own = bar?.children[[...pages.children].indexOf(page)];
    own?.focus();
    own?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    tab ??= own;
  }
  return tab;
}

/** Takes the focus to a place: to its tab if it is a page of tabs, else to its first control. */
function goTo(place) {
  const tab = turnTo(place);
  if (tab && place.parentElement.matches(".widget-tab-contents")) focus(tab);
  else focus(controls(place)[0] ?? place);
}

let audio = null;

/** Two short notes, made here: no file, no network. Browsers stay silent until the page has been touched once. */
function ring() {
  audio ??= new AudioContext();
  audio.resume();
  for (const [start, pitch] of [[0, 660], [0.16, 880]]) {
    const at = audio.currentTime + start;
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.12, at + 0.02);
    gain.gain.linearRampToValueAtTime(0, at + 0.15);
    tone.connect(gain).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.16);
  }
}

/** Gives one element what a screen reader and the notebook need to know of it. */
function dress(node, keys) {
  if (node.getAttribute("title") === "null") node.removeAttribute("title");
  if (!node.matches(FOCUSABLE)) return;
  put(node, SUPPRESS, "true");

  // A title is spoken reliably only as a description, and only if it adds to the name. Its first sentence names a
  // button that shows nothing but a sign.
  const title = node.getAttribute("title")?.trim() ?? "";
  if (title && node.matches("button") && !node.textContent.trim()) put(node, "aria-label", title.split(/\.\s/)[0]);
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
    if (node.classList.contains("sevdrill-cannot")) put(node, "aria-disabled", "true");
    else if (node.hasAttribute("aria-disabled")) node.removeAttribute("aria-disabled");
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
  let last = null; // the element of the room that has the focus, or had it when it went away
  let before = null; // what had the focus before a dialog opened

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
    keepFocus();
    giveFocus();
  });

  /** What sticks under the bar, and what is scrolled to, keeps clear of it; how high it is depends on what it says. */
  const measure = new ResizeObserver(([{ target }]) => room?.style.setProperty("--sd-bar", `${target.offsetHeight}px`));

  /** A panel that opens over the room takes the focus, once it is drawn: part by part, its Close or Cancel last. */
  function giveFocus() {
    const dialog = room?.querySelector(`${DIALOG}:has(.sevdrill-close)`);
    if (!dialog || !seen(dialog) || dialog === before?.dialog) return;
    before = { dialog, focus: before?.focus ?? last };
    put(dialog, "role", "dialog");
    put(dialog, "aria-label", dialog.querySelector("h3")?.textContent ?? "");
    if (last && document.hasFocus()) focus(controls(dialog)[0] ?? dialog); // else it was opened on another page
  }

  /** When what had the focus is gone, the focus stays in the room: keys would go to the notebook or nowhere. */
  function keepFocus() {
    if (before && !(before.dialog.isConnected && seen(before.dialog))) {
      const back = before.focus;
      const lost = before.dialog.contains(last) || !last?.isConnected;
      before = null;
      if (lost && room) focus(back?.isConnected && seen(back) ? back : room);
    } else if (last && document.activeElement === document.body && !(last.isConnected && seen(last))) {
      last = null;
      room?.focus({ preventScroll: true });
    }
  }
  function onFocusIn(event) {
    last = event.target;
    put(last, SUPPRESS, "true"); // whatever it is: browsers let the keyboard into boxes that scroll, too
  }
  function onFocusOut() {
    const left = last;
    setTimeout(() => {
      const elsewhere = !room?.contains(document.activeElement) && left?.isConnected && seen(left);
      if (elsewhere && last === left) last = null;
    });
  }

  function leave() {
    watch.disconnect();
    measure.disconnect();
    for (const listener of heard) room?.removeEventListener(...listener);
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
    const bar = room.querySelector(".sevdrill-top");
    if (bar) measure.observe(bar);
    for (const listener of heard) room.addEventListener(...listener);
    showSignal();
  }

  const plain = (event) => !(event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey);

  function take(event, act) {
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
  function onKey(event) {
    if (plain(event)) take(event, actOf(event));
  }
  function onEscape(event) {
    if (event.key === "Escape" && plain(event)) take(event, escape(event.target));
  }

  /** What Escape does: it closes the panel that is open, or leaves a text field for the part of the room around it,
   * or takes away a word of the coach's. */
  function escape(target) {
    const close = (panel) => [...room.querySelectorAll(`${panel} .sevdrill-close`)].find(seen);
    const field = target.closest(TYPING);
    const button = close(DIALOG) ?? (field ? null : close(COACH));
    if (button) return () => button.click();
    return field ? () => focus(field.closest(PLACES) ?? room) : null;
  }

  function actOf(event) {
    if (event.repeat || event.target.closest(TYPING)) return null;
    const key = event.shiftKey ? event.key : event.key.toLowerCase(); // caps lock is not shift
    if (!Object.hasOwn(keys, key)) return null;
    const marked = [...room.querySelectorAll(`.key-${CSS.escape(key)}`)];
    const button = marked.find((one) => one.matches("button") && seen(one));
    if (button) return () => button.click();
    const place = marked.find((one) => !one.matches("button"));
    return place ? () => goTo(place) : null;
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

  function onChime() {
    if (!model.get("sound")) return;
    line.dataset.rung = String(Number(line.dataset.rung ?? 0) + 1);
    try {
      ring();
    } catch (error) {
      console.debug("sevdrill: no sound here", error);
    }
  }

  // Escape is taken on its way down: text fields let no key out.
  const heard = [
    ["keydown", onEscape, true],
    ["keydown", onKey],
    ["focusin", onFocusIn],
    ["focusout", onFocusOut],
  ];
  const events = { "change:chime": onChime, "change:beat": onBeat, "change:announce": onNews, "change:shortcuts": onKeys };
  for (const [event, handler] of Object.entries(events)) model.on(event, handler);
  document.addEventListener("visibilitychange", onShown);
  window.addEventListener("keydown", onSaveKey, true);
  const check = setInterval(() => {
    enter();
    keepFocus();
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
