// What plots and tables are made of: elements, line patterns, glyphs, times and numbers. No state.

export const DASHES = { alarm: [], calm: [7, 4], warn: [9, 3, 2, 3], muted: [2, 3] };
export const MARKS = {
  // token, dash of the line, outline of the glyph in a 10 x 10 box
  decision: { token: "calm", dash: [], path: "M5 0 10 5 5 10 0 5Z" },
  change: { token: "warn", dash: [5, 3], path: "M5 .5 10 9.5 0 9.5Z" },
  alert: { token: "alarm", dash: [1.5, 2.5], path: "M5 .2A4.8 4.8 0 1 1 5 9.8 4.8 4.8 0 1 1 5 .2Z" },
  update: { token: "muted", dash: [7, 2, 1, 2], path: "M0 1H10V7.5H5L2.5 10V7.5H0Z" },
};
// Until the stylesheet is there; after that, the colours of chart.css.
const COLOURS = { alarm: "#b3261e", calm: "#0b5f8a", warn: "#8a5300", muted: "#5f6670", grid: "#00000017" };
const STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200];

/** A new element: tag, class, text, attributes. */
export function make(tag, className = "", text = "", attributes = {}) {
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

export const swatch = ({ token, dash }, length = 24) => picture([length, 8], `M0 4H${length}`, token, { dash });
export const glyph = (kind) => picture([10, 10], MARKS[kind].path, MARKS[kind].token);

/** The smallest of STEPS_S that is at least `least` seconds. */
export const timeStep = (least) => STEPS_S.find((step) => step >= least) ?? Math.ceil(least / 86400) * 86400;

/** Seconds since the drill's midnight as HH:MM or HH:MM:SS. */
export function clock(seconds, withSeconds) {
  const s = ((Math.floor(seconds + 1e-6) % 86400) + 86400) % 86400;
  const parts = [s / 3600, (s / 60) % 60, s % 60].slice(0, withSeconds ? 3 : 2);
  return parts.map((part) => String(Math.floor(part)).padStart(2, "0")).join(":");
}

/** Tick distance for a nice `top` of the y axis (1, 1.5, 2, 3, 4, 5, 6, 8 x 10^k); a small plot has few ticks. */
export function valueStep(top, few) {
  const unit = 10 ** Math.floor(Math.log10(top) + 1e-9);
  const lead = top / unit;
  if (few) return unit * (lead < 1.9 ? 0.5 : lead < 3.9 ? 1 : lead < 6.9 ? 2 : 4);
  return unit * (lead < 1.4 ? 0.2 : lead < 2.9 ? 0.5 : lead < 5.5 ? 1 : 2);
}

const tidy = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });
export const tick = (value) => (value >= 1e6 ? compact : tidy).format(value);

/** A value with so many digits after the point. */
export const number = (value, digits) =>
  value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** A value with its unit, in words. */
export function quantity(value, { unit, decimals }) {
  if (value === null || value === undefined) return "no value";
  return `${number(value, decimals)}${unit ? " " : ""}${unit}`;
}

/** Index of the sample nearest to time `at` in the sorted list `t`, or -1. */
export function nearest(t, at) {
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
export function readTheme(root) {
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
