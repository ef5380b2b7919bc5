// The live chart: one uPlot canvas, a legend with the last values, a tooltip, and the same numbers as a table.
// All drawing follows `payload`; nothing here knows the drill. Data reaches the page by textContent only.
import uPlot from "uplot";

const DASHES = { alarm: [], calm: [7, 4], warn: [9, 3, 2, 3], muted: [2, 3] };
const MARKS = {
  // token, dash of the line, outline of the glyph in a 10 x 10 box
  decision: { token: "calm", dash: [], path: "M5 0 10 5 5 10 0 5Z" },
  change: { token: "warn", dash: [5, 3], path: "M5 .5 10 9.5 0 9.5Z" },
  alert: { token: "alarm", dash: [1.5, 2.5], path: "M5 .2A4.8 4.8 0 1 1 5 9.8 4.8 4.8 0 1 1 5 .2Z" },
  update: { token: "muted", dash: [7, 2, 1, 2], path: "M0 1H10V7.5H5L2.5 10V7.5H0Z" },
};
// Until the stylesheet is there; after that, the colours of chart.css.
const COLOURS = { alarm: "#b3261e", calm: "#0b5f8a", warn: "#8a5300", muted: "#5f6670", grid: "#00000017" };
const FLAGS_PX = 26; // room above the plot for the flags
const NEAR_PX = 7; // a cursor this close to a mark shows its label
const TABLE_ROWS = 30;
const TABLE_EVERY_MS = 2000;
const GROW_MS = 260;
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200];
const EMPTY = { seq: 0, t: [], y: [], marks: [], starts: 0, window: [0, 60], top: 1 };

let ids = 0;

/** A new element: tag, class, text, attributes. */
function make(tag, className = "", text = "", attributes = {}) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** A small inline SVG of one path, hidden from screen readers. */
function picture(box, d, token, { dash = null } = {}) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", `0 0 ${box[0]} ${box[1]}`);
  svg.setAttribute("width", box[0]);
  svg.setAttribute("height", box[1]);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `sd-${token}`);
  path.setAttribute("d", d);
  if (dash) {
    path.setAttribute("fill", "none");
    path.setAttribute("stroke", "currentColor");
    path.setAttribute("stroke-width", "2.25");
    path.setAttribute("stroke-dasharray", dash.join(" "));
  } else {
    path.setAttribute("fill", "currentColor");
  }
  svg.append(path);
  return svg;
}

const swatch = (series) => picture([24, 8], "M0 4H24", series.token, { dash: series.dash });
const glyph = (kind) => picture([10, 10], MARKS[kind].path, MARKS[kind].token);

/** The smallest of STEPS_S that is at least `least` seconds. */
const timeStep = (least) => STEPS_S.find((step) => step >= least) ?? Math.ceil(least / 86400) * 86400;

/** Seconds since the drill's midnight as HH:MM or HH:MM:SS. */
function clock(seconds, withSeconds) {
  const s = ((Math.floor(seconds + 1e-6) % 86400) + 86400) % 86400;
  const parts = [s / 3600, (s / 60) % 60, s % 60].slice(0, withSeconds ? 3 : 2);
  return parts.map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}

/** Tick distance for a nice `top` of the y axis (1, 1.5, 2, 3, 4, 5, 6, 8 x 10^k). */
function valueStep(top) {
  const unit = 10 ** Math.floor(Math.log10(top) + 1e-9);
  const lead = top / unit;
  return unit * (lead < 1.4 ? 0.2 : lead < 2.9 ? 0.5 : lead < 5.5 ? 1 : 2);
}

const tidy = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });
const tick = (value) => (value >= 1e6 ? compact : tidy).format(value);

/** Index of the sample nearest to time `at` in the sorted list `t`, or -1. */
function nearest(t, at) {
  let low = 0;
  let high = t.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle] < at) low = middle + 1;
    else high = middle;
  }
  return low > 0 && at - t[low - 1] <= t[low] - at ? low - 1 : t.length ? low : -1;
}

/** The colours of the moment, from the page's theme; also tells the stylesheet whether the theme is dark. */
function readTheme(root) {
  const [red, green, blue] = (getComputedStyle(root).color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
  root.dataset.theme = 0.2126 * red + 0.7152 * green + 0.0722 * blue > 127 ? "dark" : "light";
  const style = getComputedStyle(root);
  const theme = { ink: style.color || "#1f1f1f", family: style.fontFamily || "sans-serif" };
  for (const [name, fallback] of Object.entries(COLOURS)) {
    const value = style.getPropertyValue(`--sd-${name}`).trim();
    theme[name] = /^#([\da-f]{2}){3,4}$/i.test(value) ? value : fallback;
  }
  return theme;
}

function render({ model, el }) {
  const id = `sevdrill-chart-${++ids}`;
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  // ---- the parts of the page ------------------------------------------------------------------
  const root = make("div", "sevdrill-chart", "", { "data-seq": "0", "data-last": "", "data-draws": "0" });
  const title = make("span", "sd-title");
  const legend = make("span", "sd-legend");
  const head = make("div", "sd-head");
  const plot = make("div", "sd-plot", "", {
    role: "img",
    tabindex: "0",
    "aria-description": "Left and right arrow keys step through the samples.",
    "data-lm-suppress-shortcuts": "true",
  });
  const wait = make("div", "sd-wait", "No samples yet");
  const tip = make("div", "sd-tip", "", { "aria-hidden": "true" });
  const spoken = make("div", "sd-hidden", "", { role: "status", "aria-live": "polite" });
  const foot = make("div", "sd-foot");
  const key = make("span", "sd-key");
  const button = make("button", "sd-button", "As table", {
    type: "button",
    "aria-expanded": "false",
    "aria-controls": `${id}-table`,
    "data-lm-suppress-shortcuts": "true",
  });
  const subject = make("span", "sd-hidden");
  const sheet = make("div", "sd-sheet", "", {
    id: `${id}-table`,
    role: "region",
    tabindex: "0",
    "data-lm-suppress-shortcuts": "true",
  });
  button.append(subject);
  for (const kind of Object.keys(MARKS)) {
    const item = make("span");
    item.append(glyph(kind), make("span", "", kind));
    key.append(item);
  }
  tip.hidden = true;
  sheet.hidden = true;
  head.append(title, legend);
  plot.append(wait, tip);
  foot.append(key, button);
  root.append(head, plot, foot, sheet, spoken);
  el.classList.add("sevdrill-chart-host");
  el.append(root);

  // ---- state ----------------------------------------------------------------------------------
  let payload = EMPTY;
  let series = []; // {label, token, dash}
  let values = []; // one <span> of the legend per series
  let theme = readTheme(root);
  let chart = null;
  let shownTop = 0; // upper end of the y axis as drawn; runs after payload.top
  let cursorTime = null; // the sample the keyboard is on, in drill seconds; null: the mouse leads
  let draws = 0;
  let frame = 0;
  let growth = 0;
  let tableTimer = 0;
  let tableAt = 0;
  let speakTimer = 0;

  const number = (value) => {
    const digits = model.get("decimals") ?? 0;
    return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  };
  const quantity = (value) => {
    if (value === null || value === undefined) return "no value";
    const unit = model.get("unit");
    return `${number(value)}${unit && unit !== "%" ? " " : ""}${unit}`;
  };
  const name = () => model.get("title") || series[0]?.label || "Chart";
  const at = (t, withSeconds) => clock(payload.starts + t, withSeconds);

  // ---- drawing --------------------------------------------------------------------------------
  function fill(u, index) {
    const { top, height } = u.bbox;
    if (!Number.isFinite(top + height)) return null;
    const colour = theme[series[index - 1].token];
    const shade = u.ctx.createLinearGradient(0, top, 0, top + height);
    shade.addColorStop(0, `${colour.slice(0, 7)}59`);
    shade.addColorStop(1, `${colour.slice(0, 7)}14`);
    return shade;
  }

  function drawMarks(u) {
    const { ctx } = u;
    const ratio = uPlot.pxRatio;
    const { left, top, width, height } = u.bbox;
    const marks = payload.marks
      .filter((mark) => mark.t >= payload.window[0] && mark.t <= payload.window[1])
      .map((mark) => ({ ...mark, x: u.valToPos(mark.t, "x", true) }))
      .sort((a, b) => a.x - b.x);
    ctx.save();
    ctx.font = `${11 * ratio}px ${theme.family}`;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    const middle = top - (FLAGS_PX / 2 + 1) * ratio;
    marks.forEach((mark, index) => {
      const look = MARKS[mark.kind] ?? MARKS.update;
      const x = Math.round(mark.x) + (ratio % 2) / 2;
      ctx.strokeStyle = ctx.fillStyle = theme[look.token];
      ctx.lineWidth = ratio;
      ctx.setLineDash(look.dash.map((length) => length * ratio));
      ctx.beginPath();
      ctx.moveTo(x, middle + 6 * ratio);
      ctx.lineTo(x, top + height);
      ctx.stroke();
      ctx.save();
      ctx.translate(x - 5 * ratio, middle - 5 * ratio);
      ctx.scale(ratio, ratio);
      ctx.fill(new Path2D(look.path));
      ctx.restore();
      const room = (marks[index + 1]?.x ?? left + width + 12 * ratio) - mark.x - 20 * ratio;
      const text = fit(ctx, mark.label, room, 44 * ratio);
      ctx.fillStyle = theme.ink;
      if (text) ctx.fillText(text, x + 9 * ratio, middle + 0.5 * ratio);
    });
    const last = payload.t.length - 1;
    ctx.setLineDash([]);
    series.forEach((one, index) => {
      const value = last < 0 ? null : payload.y[index]?.[last];
      if (value === null || value === undefined || payload.t[last] > payload.window[1]) return;
      const [x, y] = [u.valToPos(payload.t[last], "x", true), u.valToPos(value, "y", true)];
      ctx.fillStyle = theme[one.token];
      for (const [radius, alpha] of index ? [[2.5, 1]] : [[7, 0.22], [3.5, 1]]) {
        ctx.globalAlpha = alpha;
        ctx.beginPath();
        ctx.arc(x, y, radius * ratio, 0, 2 * Math.PI);
        ctx.fill();
      }
    });
    ctx.restore();
  }

  /** `text` cut to `room` canvas pixels; nothing if less than `least` is left for it. */
  function fit(ctx, text, room, least) {
    if (ctx.measureText(text).width <= room) return text;
    if (room < least) return "";
    let length = text.length;
    while (length > 1 && ctx.measureText(`${text.slice(0, length)}…`).width > room) length -= 1;
    return length > 2 ? `${text.slice(0, length).trimEnd()}…` : "";
  }

  const splitsX = (u, axis, low, high) => {
    const step = timeStep((high - low) / Math.max(1, Math.floor(u.bbox.width / uPlot.pxRatio / 76)));
    const first = Math.ceil((payload.starts + low) / step - 1e-9) * step - payload.starts;
    const splits = [];
    for (let t = first; t <= high + 1e-6; t += step) splits.push(t);
    return splits;
  };
  const splitsY = () => {
    const step = valueStep(payload.top);
    const splits = [];
    for (let n = 0; n * step <= Math.min(payload.top, shownTop) * 1.0001; n += 1) splits.push(n * step);
    return splits;
  };

  function build() {
    chart?.destroy();
    const axis = {
      stroke: () => theme.ink,
      font: `11px ${theme.family}`,
      ticks: { show: false },
      grid: { stroke: () => theme.grid, width: 1 },
    };
    chart = new uPlot(
      {
        width: Math.max(160, plot.clientWidth),
        height: Math.max(120, plot.clientHeight),
        padding: [FLAGS_PX, 28, 0, 0],
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: false, y: false, setScale: false },
          points: {
            size: 8,
            width: 2,
            stroke: (u, index) => theme[series[index - 1].token],
            fill: () => "transparent",
          },
        },
        scales: {
          x: { time: false, auto: false, range: () => payload.window },
          y: { auto: false, range: () => [0, shownTop || 1] },
        },
        series: [
          {},
          ...series.map((one) => ({
            label: one.label,
            stroke: () => theme[one.token],
            width: one.token === "alarm" ? 2.25 : 1.75,
            dash: one.dash,
            fill: one.token === "alarm" ? fill : undefined,
            points: { show: false },
          })),
        ],
        axes: [
          {
            ...axis,
            size: 26,
            gap: 6,
            splits: splitsX,
            values: (u, splits) => splits.map((t) => at(t, splits.length > 1 && splits[1] - splits[0] < 60)),
          },
          { ...axis, size: 58, gap: 8, splits: splitsY, values: (u, splits) => splits.map(tick) },
        ],
        hooks: {
          drawClear: [() => (theme = readTheme(root))],
          draw: [
            drawMarks,
            () => {
              draws += 1;
              root.dataset.draws = String(draws);
            },
          ],
          setCursor: [() => showTip()],
        },
      },
      [[], ...series.map(() => [])],
      plot,
    );
    shownTop = 0;
  }

  /** Brings the y axis to payload.top, smoothly when it grows and motion is welcome. */
  function grow() {
    cancelAnimationFrame(growth);
    const from = shownTop;
    const goal = payload.top;
    if (from === 0 || goal <= from || still.matches || document.hidden) {
      shownTop = goal;
      return;
    }
    let began = null;
    const step = (now) => {
      began ??= now;
      const part = Math.min(1, (now - began) / GROW_MS);
      shownTop = from + (goal - from) * (1 - (1 - part) ** 3);
      chart.setScale("y", { min: 0, max: shownTop });
      if (part < 1) growth = requestAnimationFrame(step);
    };
    growth = requestAnimationFrame(step);
  }

  function update() {
    frame = 0;
    payload = { ...EMPTY, ...model.get("payload") };
    const last = payload.t.length - 1;
    if (payload.top > 0 === false) payload.top = 1;
    grow();
    chart.batch(() => {
      chart.setData([payload.t, ...series.map((_, index) => payload.y[index] ?? [])], false);
      chart.setScale("y", { min: 0, max: shownTop });
      chart.setScale("x", { min: payload.window[0], max: payload.window[1] });
    });
    const value = last < 0 ? undefined : payload.y[0]?.[last];
    series.forEach((_, index) => write(values[index], last < 0 ? "–" : quantity(payload.y[index]?.[last])));
    wait.hidden = last >= 0;
    plot.setAttribute(
      "aria-label",
      last < 0 ? `${name()}: no samples yet` : `${name()}: ${quantity(value)} at ${at(payload.t[last], false)}`,
    );
    root.dataset.seq = String(payload.seq);
    root.dataset.last = value === undefined || value === null ? "" : String(value);
    if (cursorTime !== null) pointAt(nearest(payload.t, cursorTime));
    else showTip();
    if (!sheet.hidden) fillTableSoon();
  }

  /** Writes a value of the legend into a box that only grows, so that its neighbours stand still. */
  function write(node, text) {
    node.textContent = text;
    if (text.length <= (node.dataset.length ?? 0)) return;
    node.style.minWidth = "";
    const { width } = node.getBoundingClientRect();
    if (!width) return;
    node.style.minWidth = `${Math.ceil(width)}px`;
    node.dataset.length = text.length;
  }

  const schedule = () => {
    frame ||= requestAnimationFrame(update);
  };

  // ---- cursor and tooltip ---------------------------------------------------------------------
  /** The marks to name at a cursor position, `left` CSS pixels into the plot. */
  const marksNear = (left) =>
    payload.marks.filter((mark) => {
      const inside = mark.t >= payload.window[0] && mark.t <= payload.window[1];
      return inside && Math.abs(chart.valToPos(mark.t, "x") - left) <= NEAR_PX;
    });

  /** The marks to name at a sample: those nearer to it than to any other sample. */
  const marksAt = (index) => payload.marks.filter((mark) => nearest(payload.t, mark.t) === index);

  const marksHere = (index, left) => [
    ...new Set([...marksNear(left), ...(cursorTime === null || index < 0 ? [] : marksAt(index))]),
  ];

  function showTip() {
    const { idx, left } = chart.cursor;
    const marks = left >= 0 ? marksHere(idx ?? -1, left) : [];
    const hasSample = idx !== null && idx !== undefined && idx < payload.t.length;
    if (!(left >= 0) || (!hasSample && !marks.length)) {
      tip.hidden = true;
      return;
    }
    const rows = [];
    if (hasSample) {
      rows.push(make("div", "sd-tip-time", at(payload.t[idx], true)));
      series.forEach((one, index) => {
        const row = make("div", "sd-tip-row");
        row.append(swatch(one), make("span", "", one.label), make("b", "", quantity(payload.y[index]?.[idx])));
        rows.push(row);
      });
    }
    for (const mark of marks) {
      const row = make("div", "sd-tip-row sd-tip-mark");
      row.append(glyph(MARKS[mark.kind] ? mark.kind : "update"), make("span", "", `${at(mark.t, true)} ${mark.label}`));
      rows.push(row);
    }
    tip.replaceChildren(...rows);
    tip.hidden = false;
    const x = left + chart.over.offsetLeft;
    const width = tip.offsetWidth;
    const flipped = x + 14 + width > plot.clientWidth;
    tip.style.transform = `translate(${Math.max(0, Math.round(flipped ? x - 14 - width : x + 14))}px, ${FLAGS_PX + 4}px)`;
  }

  function pointAt(index) {
    if (index < 0) return;
    cursorTime = payload.t[index];
    chart.setCursor({ left: chart.valToPos(cursorTime, "x"), top: 1 });
  }

  function hideCursor() {
    cursorTime = null;
    chart.setCursor({ left: -10, top: -10 });
    tip.hidden = true;
  }

  function onKey(event) {
    const last = payload.t.length - 1;
    if (event.ctrlKey || event.metaKey || event.altKey || last < 0) return;
    const page = Math.max(1, Math.round(last / 10));
    const now = cursorTime === null ? last : nearest(payload.t, cursorTime);
    const fresh = cursorTime === null;
    const goal = {
      ArrowLeft: fresh ? last : now - 1,
      ArrowRight: fresh ? last : now + 1,
      PageUp: now - page,
      PageDown: now + page,
      Home: 0,
      End: last,
    }[event.key];
    if (event.key === "Escape" && cursorTime !== null) hideCursor();
    else if (goal === undefined) return;
    else {
      const index = Math.max(0, Math.min(last, goal));
      pointAt(index);
      clearTimeout(speakTimer);
      speakTimer = setTimeout(() => {
        const parts = series.map((one, n) => `${one.label} ${quantity(payload.y[n]?.[index])}`);
        const marks = marksAt(index).map((mark) => `${mark.kind}: ${mark.label}`);
        spoken.textContent = [at(payload.t[index], true), ...parts, ...marks].join(", ");
      }, 150);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** The flags lie above the area that uPlot listens to: a mouse over them moves the cursor, too. */
  function onFlags(event) {
    cursorTime = null;
    if (chart.over.contains(event.target)) return;
    const left = event.clientX - chart.over.getBoundingClientRect().left;
    const inside = left >= 0 && left <= chart.over.clientWidth;
    chart.setCursor(inside ? { left, top: 1 } : { left: -10, top: -10 });
  }

  // ---- the table ------------------------------------------------------------------------------
  /** At most TABLE_ROWS rows: the samples at even clock times, and the last one. */
  function tableRows() {
    const { t, starts } = payload;
    const last = t.length - 1;
    if (last < 0) return [];
    const step = timeStep((t[last] - t[0]) / (TABLE_ROWS - 3));
    const rows = [0];
    for (let index = 1; index <= last; index += 1) {
      const passed = Math.floor((starts + t[index]) / step) > Math.floor((starts + t[index - 1]) / step);
      if (passed || index === last) rows.push(index);
    }
    return rows;
  }

  function fillTable() {
    tableAt = performance.now();
    const table = make("table");
    const unit = model.get("unit");
    const caption = make("caption", "", unit ? `${name()}, in ${unit}` : name());
    const header = make("tr");
    header.append(make("th", "", "Time", { scope: "col" }));
    for (const one of series) header.append(make("th", "sd-number", one.label, { scope: "col" }));
    header.append(make("th", "", "Events", { scope: "col" }));
    const body = make("tbody");
    let before = -Infinity;
    const rows = tableRows();
    rows.forEach((index, position) => {
      const until = position === rows.length - 1 ? Infinity : payload.t[index];
      const row = make("tr");
      row.append(make("th", "", at(payload.t[index], true), { scope: "row" }));
      series.forEach((_, n) => {
        const value = payload.y[n]?.[index];
        row.append(make("td", "sd-number", value === null || value === undefined ? "–" : number(value)));
      });
      const events = payload.marks.filter((mark) => mark.t > before && mark.t <= until);
      row.append(make("td", "", events.map((mark) => `${mark.kind}: ${mark.label}`).join("; ")));
      before = until;
      body.append(row);
    });
    const group = make("thead");
    group.append(header);
    table.append(caption, group, body);
    const scrolled = sheet.scrollTop;
    const atEnd = !sheet.firstChild || scrolled + sheet.clientHeight >= sheet.scrollHeight - 4;
    sheet.replaceChildren(table);
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
  function rename() {
    title.textContent = model.get("title");
    subject.textContent = `: ${name()}`;
    sheet.setAttribute("aria-label", `${name()} as a table`);
    if (chart) schedule();
  }

  function reseries() {
    const seen = {};
    series = model.get("series").map(({ label, token }) => {
      const nth = (seen[token] = (seen[token] ?? -1) + 1);
      const dash = DASHES[token] ?? DASHES.muted;
      // A second series of the same token gets another pattern: colour alone never tells them apart.
      return { label, token, dash: nth ? (dash.length ? dash : [12, 2]).map((length) => length + 3 * nth) : dash };
    });
    values = series.map(() => make("b", "", "–"));
    legend.replaceChildren(
      ...series.map((one, index) => {
        const item = make("span", "sd-item");
        item.append(swatch(one), make("span", "", one.label), values[index]);
        return item;
      }),
    );
    build();
    rename();
    update();
  }

  const observer = new ResizeObserver(() => {
    const [width, height] = [plot.clientWidth, plot.clientHeight];
    if (width < 1 || height < 1 || (width === chart.width && height === chart.height)) return;
    chart.setSize({ width: Math.max(160, width), height: Math.max(120, height) });
    if (cursorTime !== null) pointAt(nearest(payload.t, cursorTime));
  });
  let repaint = 0;
  const themes = new MutationObserver(() => {
    chart.redraw(false);
    clearTimeout(repaint);
    repaint = setTimeout(() => chart.redraw(false), 300); // the theme's stylesheet may still be loading
  });

  reseries();
  const events = {
    "change:payload": schedule,
    "change:series": reseries,
    "change:title": rename,
    "change:unit": schedule,
    "change:decimals": schedule,
  };
  for (const [event, handler] of Object.entries(events)) model.on(event, handler);
  plot.addEventListener("keydown", onKey);
  plot.addEventListener("blur", hideCursor);
  plot.addEventListener("mousemove", onFlags);
  plot.addEventListener("mouseleave", hideCursor);
  observer.observe(plot);
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-name", "data-jp-theme-light", "class"] });

  return () => {
    for (const [event, handler] of Object.entries(events)) model.off(event, handler);
    observer.disconnect();
    themes.disconnect();
    cancelAnimationFrame(frame);
    cancelAnimationFrame(growth);
    for (const timer of [tableTimer, speakTimer, repaint]) clearTimeout(timer);
    chart.destroy();
    root.remove();
  };
}

export default { render };
