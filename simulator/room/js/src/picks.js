// One choice out of a few, side by side: a radio group of buttons, each with a title, a word and a dot beside it.
// Arrow keys move the choice. Text reaches the page by textContent only.

function make(tag, className, attributes = {}) {
  const node = document.createElement(tag);
  node.className = className;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function render({ model, el }) {
  const group = make("div", "sevdrill-picks", { role: "radiogroup" });
  el.classList.add("sevdrill-picks-host");
  el.append(group);

  /** A button and its parts; made once per option, so that focus and place stay while its word changes. */
  function createPick({ id, key }) {
    const button = make("button", "sd-pick", { type: "button", role: "radio", "data-lm-suppress-shortcuts": "true" });
    const [title, detail, dot] = [make("span", "sd-pick-title"), make("span", "sd-pick-detail"), make("i", "sd-pick-dot")];
    button.append(title, detail);
    if (key) button.classList.add(`key-${key}`);
    button.addEventListener("click", () => {
      button.focus(); // a shortcut clicks, too
      choose(id);
    });
    return { id, button, title, detail, dot };
  }

  let picks = [];

  function choose(id) {
    if (id === model.get("chosen")) return;
    model.set("chosen", id);
    model.save_changes();
  }

  function show() {
    const options = model.get("options");
    const chosen = model.get("chosen");
    if (picks.map((pick) => pick.id).join("\n") !== options.map((option) => option.id).join("\n")) {
      picks = options.map(createPick);
      group.replaceChildren(...picks.map((pick) => pick.button));
    }
    group.setAttribute("aria-label", model.get("label"));
    const known = options.some((option) => option.id === chosen);
    picks.forEach((pick, n) => {
      const { title, hint = "", detail = "", tone = "" } = options[n];
      const on = pick.id === chosen;
      pick.title.textContent = title;
      pick.button.title = hint;
      pick.detail.replaceChildren(...(detail ? [pick.dot, detail] : []));
      pick.button.setAttribute("aria-label", detail ? `${title}: ${detail}` : title);
      pick.button.setAttribute("aria-checked", String(on));
      pick.button.tabIndex = on || (!known && n === 0) ? 0 : -1;
      pick.button.dataset.id = pick.id;
      pick.button.dataset.tone = tone;
    });
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const now = picks.findIndex((pick) => pick.button === document.activeElement);
    const last = picks.length - 1;
    const goal = {
      ArrowLeft: now > 0 ? now - 1 : last,
      ArrowUp: now > 0 ? now - 1 : last,
      ArrowRight: now < last ? now + 1 : 0,
      ArrowDown: now < last ? now + 1 : 0,
      Home: 0,
      End: last,
    }[event.key];
    if (goal === undefined || now < 0) return;
    event.preventDefault();
    event.stopPropagation();
    picks[goal].button.focus();
    choose(picks[goal].id);
  }

  group.addEventListener("keydown", onKey);
  const events = ["change:options", "change:chosen", "change:label"];
  for (const event of events) model.on(event, show);
  show();

  return () => {
    for (const event of events) model.off(event, show);
    group.remove();
  };
}

export default { render };
