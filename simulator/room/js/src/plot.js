// One plot: a heading with the last values, a uPlot canvas with marks and usual ranges, a cursor and its tooltip.
// What it shows is given to `show`: {t, y, marks, starts, window, top, bands, note, gap}.
import uPlot from "uplot";
import { DASHES, MARKS, clock, glyph, make, nearest, quantity, swatch, tick, timeStep, valueStep } from "./parts.js";

const NEAR_PX = 7; // a cursor this close to a mark shows its label
const GROW_MS = 260;
const LARGE = { flags: 26, right: 28, time: 26, value: 58, least: 120 };
const SMALL = { flags: 15, right: 18, time: 22, value: 46, least: 60 };
const EMPTY = { t: [], y: [], marks: [], starts: 0, window: [0, 60], top: 1, bands: [], note: "", gap: "" };

/**
 * A plot; put `node` on the page.
 *
 * spec: {title, unit, decimals, series: [{label, token}], asides: [{label, unit, decimals}]}; asides are told, not drawn.
 * small: for several plots beside each other.
 * theme: gives the colours of the moment.
 * pointed: called with the time that the cursor of this plot is on, or null.
 * speak: says something to screen readers.
 * drawn: called after every draw.
 */
export function createPlot(spec, { small, theme, pointed, speak, drawn }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const size = small ? SMALL : LARGE;
  const name = spec.title || spec.series[0]?.label || "Chart";
  const series = patterned(spec.series, small);
  const told = [
    ...series.map((one) => ({ ...one, unit: spec.unit, decimals: spec.decimals, drawn: true })),
    ...(spec.asides ?? []),
  ];

  // ---- the parts of the page ------------------------------------------------------------------
  const node = make("div", "sd-one");
  const title = make("span", "sd-title", spec.title);
  const legend = make("span", "sd-legend");
  const head = make("div", "sd-head");
  const note = make("div", "sd-note");
  const plot = make("div", "sd-plot", "", {
    role: "img",
    tabindex: "0",
    "aria-description": "Left and right arrow keys step through the samples.",
    "data-lm-suppress-shortcuts": "true",
  });
  const wait = make("div", "sd-wait", "No samples yet");
  const tip = make("div", "sd-tip", "", { "aria-hidden": "true" });
  const values = told.map(() => make("b", "", "–"));
  const only = small && told.length === 1; // the heading says what the only value is
  legend.append(
    ...told.map((one, index) => {
      const item = make("span", "sd-item");
      item.append(...(one.drawn ? [swatch(one, small ? 14 : 24)] : []), ...(only ? [] : [make("span", "", one.label)]), values[index]);
      return item;
    }),
  );
  tip.hidden = true;
  if (small) title.append(make("span", "sd-unit", spec.unit));
  head.append(title, legend);
  plot.append(wait, tip);
  node.append(head, ...(small ? [note] : []), plot);

  // ---- state ----------------------------------------------------------------------------------
  let data = EMPTY;
  let shownTop = 0; // upper end of the y axis as drawn; runs after data.top
  let active = false; // whether the cursor is here, and not on a neighbour that this plot follows
  let cursorTime = null; // the sample the keyboard is on, in drill seconds; null: the mouse leads
  let growth = 0;
  let speakTimer = 0;

  const at = (t, withSeconds) => clock(data.starts + t, withSeconds);

  // ---- drawing --------------------------------------------------------------------------------
  function fill(u, index) {
    const { top, height } = u.bbox;
    if (!Number.isFinite(top + height)) return null;
    const colour = theme()[series[index - 1].token];
    const shade = u.ctx.createLinearGradient(0, top, 0, top + height);
    shade.addColorStop(0, `${colour.slice(0, 7)}59`);
    shade.addColorStop(1, `${colour.slice(0, 7)}14`);
    return shade;
  }

  /** The usual ranges, behind the lines: at least a thin strip each. */
  function drawBands(u) {
    const { ctx } = u;
    const { left, top, width, height } = u.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.fillStyle = `${theme().muted.slice(0, 7)}3d`;
    for (const band of data.bands ?? []) {
      if (!band) continue;
      const [low, high] = band.map((value) => u.valToPos(value, "y", true));
      const thick = Math.max(low - high, 5 * uPlot.pxRatio);
      ctx.fillRect(left, (low + high - thick) / 2, width, thick);
    }
    ctx.restore();
  }

  function drawMarks(u) {
    const { ctx } = u;
    const ratio = uPlot.pxRatio;
    const { left, top, width, height } = u.bbox;
    const marks = data.marks
      .filter((mark) => mark.t >= data.window[0] && mark.t <= data.window[1])
      .map((mark) => ({ ...mark, x: u.valToPos(mark.t, "x", true) }))
      .sort((a, b) => a.x - b.x);
    ctx.save();
    ctx.font = `${11 * ratio}px ${theme().family}`;
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    const middle = top - (size.flags / 2 + 1) * ratio;
    const half = (small ? 4 : 5) * ratio;
    marks.forEach((mark, index) => {
      const look = MARKS[mark.kind] ?? MARKS.update;
      const x = Math.round(mark.x) + (ratio % 2) / 2;
      ctx.strokeStyle = ctx.fillStyle = theme()[look.token];
      ctx.lineWidth = ratio;
      ctx.setLineDash(look.dash.map((length) => length * ratio));
      ctx.globalAlpha = small ? 0.7 : 1;
      ctx.beginPath();
      ctx.moveTo(x, middle + 6 * ratio);
      ctx.lineTo(x, top + height);
      ctx.stroke();
      ctx.globalAlpha = 1;
      ctx.save();
      ctx.translate(x - half, middle - half);
      ctx.scale(half / 5, half / 5);
      ctx.fill(new Path2D(look.path));
      ctx.restore();
      if (small) return;
      const room = (marks[index + 1]?.x ?? left + width + 12 * ratio) - mark.x - 20 * ratio;
      const text = fit(ctx, mark.label, room, 44 * ratio);
      ctx.fillStyle = theme().ink;
      if (text) ctx.fillText(text, x + 9 * ratio, middle + 0.5 * ratio);
    });
    ctx.restore();
  }

  /** A dot at the end of every line. */
  function drawEnds(u) {
    const { ctx } = u;
    const last = data.t.length - 1;
    if (last < 0 || data.t[last] > data.window[1]) return;
    ctx.save();
    series.forEach((one, index) => {
      const value = data.y[index]?.[last];
      if (value === null || value === undefined) return;
      const [x, y] = [u.valToPos(data.t[last], "x", true), u.valToPos(value, "y", true)];
      ctx.fillStyle = theme()[one.token];
      for (const [radius, alpha] of index || small ? [[2.5, 1]] : [[7, 0.22], [3.5, 1]]) {
        ctx.globalAlpha = alpha;
        ctx.beginPath();
        ctx.arc(x, y, radius * uPlot.pxRatio, 0, 2 * Math.PI);
        ctx.fill();
      }
    });
    ctx.restore();
  }

  const splitsX = (u, axis, low, high) => {
    const step = timeStep((high - low) / Math.max(1, Math.floor(u.bbox.width / uPlot.pxRatio / 76)));
    const first = Math.ceil((data.starts + low) / step - 1e-9) * step - data.starts;
    const splits = [];
    for (let t = first; t <= high + 1e-6; t += step) splits.push(t);
    return splits;
  };
  const splitsY = () => {
    const step = valueStep(data.top, small);
    const splits = [];
    for (let n = 0; n * step <= Math.min(data.top, shownTop) * 1.0001; n += 1) splits.push(n * step);
    return splits;
  };
  const axis = {
    stroke: () => theme().ink,
    font: `11px ${theme().family}`,
    ticks: { show: false },
    grid: { stroke: () => theme().grid, width: 1 },
  };
  const chart = new uPlot(
    {
      width: Math.max(160, plot.clientWidth),
      height: Math.max(size.least, plot.clientHeight),
      padding: [size.flags, size.right, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false, setScale: false },
        points: {
          size: small ? 6 : 8,
          width: 2,
          stroke: (u, index) => theme()[series[index - 1].token],
          fill: () => "transparent",
        },
      },
      scales: {
        x: { time: false, auto: false, range: () => data.window },
        y: { auto: false, range: () => [0, shownTop || 1] },
      },
      series: [
        {},
        ...series.map((one) => ({
          label: one.label,
          stroke: () => theme()[one.token],
          width: one.token === "alarm" ? 2.25 : 1.75,
          dash: one.dash,
          fill: one.token === "alarm" ? fill : undefined,
          points: { show: false },
        })),
      ],
      axes: [
        {
          ...axis,
          size: size.time,
          gap: small ? 4 : 6,
          splits: splitsX,
          values: (u, splits) => splits.map((t) => at(t, splits.length > 1 && splits[1] - splits[0] < 60)),
        },
        { ...axis, size: size.value, gap: 8, splits: splitsY, values: (u, splits) => splits.map(tick) },
      ],
      hooks: {
        drawAxes: [drawBands],
        draw: [drawMarks, drawEnds, () => drawn()],
        setCursor: [moved],
      },
    },
    [[], ...series.map(() => [])],
    plot,
  );

  /** Brings the y axis to data.top, smoothly when it grows and motion is welcome. */
  function grow() {
    cancelAnimationFrame(growth);
    const from = shownTop;
    const goal = data.top;
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

  function show(given) {
    data = { ...EMPTY, ...given };
    if (data.top > 0 === false) data.top = 1;
    const last = data.t.length - 1;
    grow();
    chart.batch(() => {
      chart.setData([data.t, ...series.map((_, index) => data.y[index] ?? [])], false);
      chart.setScale("y", { min: 0, max: shownTop });
      chart.setScale("x", { min: data.window[0], max: data.window[1] });
    });
    const bare = (one) => (small && one.drawn ? { ...one, unit: "" } : one); // the heading says it
    told.forEach((one, index) => write(values[index], lastOf(bare(one), index, "–")));
    note.textContent = data.gap || data.note;
    note.dataset.gap = String(Boolean(data.gap));
    wait.hidden = last >= 0;
    plot.setAttribute("aria-label", inWords());
    node.dataset.last = String(last < 0 ? "" : data.y[0]?.[last] ?? "");
    if (cursorTime !== null) pointAt(nearest(data.t, cursorTime));
    else if (active) showTip();
  }

  const lastOf = (one, index, otherwise) => {
    const value = data.y[index]?.[data.t.length - 1];
    return value === null || value === undefined ? otherwise : quantity(value, one);
  };

  /** The plot in one sentence: the last values, when, and what is usual. */
  function inWords() {
    const last = data.t.length - 1;
    if (last < 0) return `${name}: no samples yet`;
    const parts = told.map((one, index) => `${told.length > 1 ? `${one.label} ` : ""}${lastOf(one, index, "no value")}`);
    const now = data.gap || `${parts.join(", ")} at ${at(data.t[last], false)}`;
    return [`${name}: ${now}`, data.note].filter(Boolean).join(", ");
  }

  // ---- cursor and tooltip ---------------------------------------------------------------------
  /** The marks to name at a cursor position, `left` CSS pixels into the plot. */
  const marksNear = (left) =>
    data.marks.filter((mark) => {
      const inside = mark.t >= data.window[0] && mark.t <= data.window[1];
      return inside && Math.abs(chart.valToPos(mark.t, "x") - left) <= NEAR_PX;
    });

  /** The marks to name at a sample: those nearer to it than to any other sample. */
  const marksAt = (index) => data.marks.filter((mark) => nearest(data.t, mark.t) === index);

  const marksHere = (index, left) => [
    ...new Set([...marksNear(left), ...(cursorTime === null || index < 0 ? [] : marksAt(index))]),
  ];

  function moved(u) {
    if (!active) return;
    showTip();
    pointed(u.cursor.left >= 0 ? u.posToVal(u.cursor.left, "x") : null);
  }

  function showTip() {
    const { idx, left } = chart.cursor;
    const marks = left >= 0 ? marksHere(idx ?? -1, left) : [];
    const hasSample = idx !== null && idx !== undefined && idx < data.t.length;
    if (!(left >= 0) || (!hasSample && !marks.length)) {
      tip.hidden = true;
      return;
    }
    const rows = [];
    if (hasSample) {
      rows.push(make("div", "sd-tip-time", at(data.t[idx], true)));
      told.forEach((one, index) => {
        const row = make("div", "sd-tip-row");
        const value = make("b", "", quantity(data.y[index]?.[idx], one));
        row.append(...(one.drawn ? [swatch(one)] : []), make("span", "", one.label), value);
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
    const across = Math.max(0, Math.round(flipped ? x - 14 - width : x + 14));
    tip.style.transform = `translate(${across}px, ${size.flags + 4}px)`;
  }

  function pointAt(index) {
    if (index < 0) return;
    active = true;
    cursorTime = data.t[index];
    chart.setCursor({ left: chart.valToPos(cursorTime, "x"), top: 1 });
  }

  function hideCursor() {
    cursorTime = null;
    chart.setCursor({ left: -10, top: -10 });
    active = false;
    tip.hidden = true;
  }

  /** Shows the time that a neighbour's cursor is on, or none. */
  function follow(t) {
    active = false;
    cursorTime = null;
    tip.hidden = true;
    chart.setCursor(t === null ? { left: -10, top: -10 } : { left: chart.valToPos(t, "x"), top: 1 });
  }

  function onKey(event) {
    const last = data.t.length - 1;
    if (event.ctrlKey || event.metaKey || event.altKey || last < 0) return;
    const page = Math.max(1, Math.round(last / 10));
    const now = cursorTime === null ? last : nearest(data.t, cursorTime);
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
        const parts = told.map((one, n) => `${one.label} ${quantity(data.y[n]?.[index], one)}`);
        const marks = marksAt(index).map((mark) => `${mark.kind}: ${mark.label}`);
        speak([at(data.t[index], true), ...parts, ...marks].join(", "));
      }, 150);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** The flags lie above the area that uPlot listens to: a mouse over them moves the cursor, too. */
  function onMouse(event) {
    active = true;
    cursorTime = null;
    if (chart.over.contains(event.target)) return;
    const left = event.clientX - chart.over.getBoundingClientRect().left;
    const inside = left >= 0 && left <= chart.over.clientWidth;
    chart.setCursor(inside ? { left, top: 1 } : { left: -10, top: -10 });
  }

  // ---- wiring ---------------------------------------------------------------------------------
  const observer = new ResizeObserver(() => {
    const [width, height] = [plot.clientWidth, plot.clientHeight];
    if (width < 1 || height < 1 || (width === chart.width && height === chart.height)) return;
    chart.setSize({ width: Math.max(160, width), height: Math.max(size.least, height) });
    if (cursorTime !== null) pointAt(nearest(data.t, cursorTime));
  });
  plot.addEventListener("keydown", onKey);
  plot.addEventListener("blur", hideCursor);
  plot.addEventListener("mousemove", onMouse, true); // before uPlot, whose cursor tells the neighbours
  plot.addEventListener("mouseleave", hideCursor);
  observer.observe(plot);

  return {
    node,
    name,
    told,
    show,
    follow,
    redraw: () => chart.redraw(false),
    destroy() {
      observer.disconnect();
      cancelAnimationFrame(growth);
      clearTimeout(speakTimer);
      chart.destroy();
      node.remove();
    },
  };
}

/** The series with their line patterns: colour alone never tells two of them apart. */
function patterned(series, small) {
  const seen = {};
  return series.map(({ label, token }, index) => {
    const nth = (seen[token] = (seen[token] ?? -1) + 1);
    const dash = small && index === 0 ? [] : (DASHES[token] ?? DASHES.muted);
    // A second series of the same token gets another pattern.
    return { label, token, dash: nth ? (dash.length ? dash : [12, 2]).map((length) => length + 3 * nth) : dash };
  });
}

/** `text` cut to `room` canvas pixels; nothing if less than `least` is left for it. */
function fit(ctx, text, room, least) {
  if (ctx.measureText(text).width <= room) return text;
  if (room < least) return "";
  let length = text.length;
  while (length > 1 && ctx.measureText(`${text.slice(0, length)}…`).width > room) length -= 1;
  return length > 2 ? `${text.slice(0, length).trimEnd()}…` : "";
}

/** Writes a value of the legend into a box that only grows, so that its neighbours stand still. */
function write(node, text) {
  if (node.textContent === text) return;
  node.textContent = text;
  if (text.length <= (node.dataset.length ?? 0)) return;
  node.style.minWidth = "";
  const { width } = node.getBoundingClientRect();
  if (!width) return;
  node.style.minWidth = `${Math.ceil(width)}px`;
  node.dataset.length = text.length;
}
