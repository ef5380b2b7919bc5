// The live charts: one large plot (`LiveChart`), or several small ones over the same times (`ChartGrid`), with the
// same numbers as one table. All drawing follows `payload`; nothing here knows the drill. Data reaches the page by
// textContent only.
import { MARKS, glyph, make, readTheme } from "./parts.js";
import { createPlot } from "./plot.js";
import { tableOf } from "./table.js";

const TABLE_EVERY_MS = 2000;
const EMPTY = { seq: 0, t: [], y: [], marks: [], starts: 0, window: [0, 60], top: 1 };

let ids = 0;

/** What each plot is. A LiveChart is a grid of one, whose plot is described by the model's own traits. */
function specsOf(model) {
  const several = model.get("plots");
  if (several) return several;
  const [title, unit, decimals, series] = ["title", "unit", "decimals", "series"].map((key) => model.get(key));
  return [{ title, unit, decimals: decimals ?? 0, series, asides: [] }];
}

function render({ model, el }) {
  const id = `sevdrill-chart-${++ids}`;
  const small = Boolean(model.get("plots"));

  // ---- the parts of the page ------------------------------------------------------------------
  const root = make("div", `sevdrill-chart${small ? " sd-small" : ""}`, "", {
    "data-seq": "0",
    "data-last": "",
    "data-draws": "0",
  });
  const board = make("div", "sd-board");
  const spoken = make("div", "sd-hidden", "", { role: "status", "aria-live": "polite" });
  const foot = make("div", "sd-foot");
  const key = make("span", "sd-key");
  const button = make("button", "sd-button", "As table", {
    type: "button",
    "aria-expanded": "false",
    "aria-controls": `${id}-table`,
    "data-lm-suppress-shortcuts": "true",
  });
  const sheet = make("div", "sd-sheet", "", {
    id: `${id}-table`,
    role: "region",
    tabindex: "0",
    "data-lm-suppress-shortcuts": "true",
  });
  for (const kind of Object.keys(MARKS)) {
    const item = make("span");
    item.append(glyph(kind), make("span", "", kind));
    key.append(item);
  }
  if (small) {
    const item = make("span");
    item.append(make("i", "sd-usual"), make("span", "", "usual"));
    key.prepend(item);
  }
  sheet.hidden = true;
  foot.append(key, button);
  root.append(board, foot, sheet, spoken);
  el.classList.add("sevdrill-chart-host");
  el.append(root);

  // ---- state ----------------------------------------------------------------------------------
  let payload = EMPTY;
  let theme = readTheme(root);
  let plots = [];
  let draws = 0;
  let frame = 0;
  let tableTimer = 0;
  let tableAt = 0;

  const name = () => model.get("title") || plots[0]?.name || "Chart";
  const dataOf = (n) => (payload.plots ? { ...payload, ...payload.plots[n] } : payload);

  // ---- drawing --------------------------------------------------------------------------------
  function build() {
    for (const plot of plots) plot.destroy();
    plots = specsOf(model).map((spec, n) =>
      createPlot(spec, {
        small,
        theme: () => theme,
        pointed: (t) => plots.forEach((other, m) => m !== n && other.follow(t)),
        speak: (text) => (spoken.textContent = text),
        drawn: () => (root.dataset.draws = String((draws += 1))),
      }),
    );
    board.replaceChildren(...plots.map((plot) => plot.node));
    rename();
    update();
  }

  function rename() {
    button.setAttribute("aria-label", `As table: ${name()}`);
    sheet.setAttribute("aria-label", `${name()} as a table`);
  }

  function update() {
    frame = 0;
    payload = { ...EMPTY, ...model.get("payload") };
    theme = readTheme(root);
    plots.forEach((plot, n) => plot.show(dataOf(n)));
    root.dataset.seq = String(payload.seq);
    root.dataset.last = plots[0]?.node.dataset.last ?? "";
    if (!sheet.hidden) fillTableSoon();
  }

  const schedule = () => {
    frame ||= requestAnimationFrame(update);
  };

  // ---- the table ------------------------------------------------------------------------------
  function fillTable() {
    tableAt = performance.now();
    const unit = small ? "" : model.get("unit");
    const columns = plots.flatMap((plot, n) =>
      plot.told.map((one, m) => {
        const word = plot.told.length > 1 ? one.label : plot.name;
        const label = small ? [word, one.unit].filter(Boolean).join(" ") : one.label;
        return { label, decimals: one.decimals, values: dataOf(n).y?.[m] ?? [] };
      }),
    );
    const scrolled = sheet.scrollTop;
    const atEnd = !sheet.firstChild || scrolled + sheet.clientHeight >= sheet.scrollHeight - 4;
    sheet.replaceChildren(tableOf(unit ? `${name()}, in ${unit}` : name(), columns, payload));
    sheet.scrollTop = atEnd ? sheet.scrollHeight : scrolled; // the newest row stays in view for who looks at it
  }

  /** Redraws the open table, never faster than somebody can read it. */
  function fillTableSoon() {
    if (tableTimer) return;
    tableTimer = setTimeout(
      () => {
        tableTimer = 0;
        if (!sheet.hidden) fillTable();
      },
      Math.max(0, TABLE_EVERY_MS - (performance.now() - tableAt)),
    );
  }

  button.addEventListener("click", () => {
    sheet.hidden = !sheet.hidden;
    button.setAttribute("aria-expanded", String(!sheet.hidden));
    if (!sheet.hidden) fillTable();
  });

  // ---- wiring ---------------------------------------------------------------------------------
  let repaint = 0;
  const paint = () => {
    theme = readTheme(root);
    for (const plot of plots) plot.redraw();
  };
  const themes = new MutationObserver(() => {
    paint();
    clearTimeout(repaint);
    repaint = setTimeout(paint, 300); // the theme's stylesheet may still be loading
  });

  // It has colours only once it stands in the page, which is after this; a drill that is paused sends nothing more.
  const arrival = new ResizeObserver(() => {
    arrival.disconnect();
    paint();
  });

  build();
  arrival.observe(root);
  const events = { "change:payload": schedule, "change:title": small ? rename : build };
  for (const trait of ["plots", "unit", "decimals", "series"]) events[`change:${trait}`] = build;
  for (const [event, handler] of Object.entries(events)) model.on(event, handler);
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light", "class"] });

  return () => {
    for (const [event, handler] of Object.entries(events)) model.off(event, handler);
    themes.disconnect();
    arrival.disconnect();
    cancelAnimationFrame(frame);
    for (const timer of [tableTimer, repaint]) clearTimeout(timer);
    for (const plot of plots) plot.destroy();
    root.remove();
  };
}

export default { render };
