// The same numbers as a table, for whoever reads or listens rather than looks.
import { clock, make, number, timeStep } from "./parts.js";

const TABLE_ROWS = 30;

/** At most TABLE_ROWS rows: the samples at even clock times, and the last one. */
function rowsOf({ t, starts }) {
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

/** A table of `columns`, each {label, decimals, values}, over the times and marks of `payload`. */
export function tableOf(caption, columns, payload) {
  const table = make("table");
  const header = make("tr");
  header.append(make("th", "", "Time", { scope: "col" }));
  for (const { label } of columns) header.append(make("th", "sd-number", label, { scope: "col" }));
  header.append(make("th", "", "Events", { scope: "col" }));
  const body = make("tbody");
  let before = -Infinity;
  const rows = rowsOf(payload);
  rows.forEach((index, position) => {
    const until = position === rows.length - 1 ? Infinity : payload.t[index];
    const row = make("tr");
    row.append(make("th", "", clock(payload.starts + payload.t[index], true), { scope: "row" }));
    for (const { values, decimals } of columns) {
      const value = values[index];
      row.append(make("td", "sd-number", value === null || value === undefined ? "–" : number(value, decimals)));
    }
    const events = payload.marks.filter((mark) => mark.t > before && mark.t <= until);
    row.append(make("td", "", events.map((mark) => `${mark.kind}: ${mark.label}`).join("; ")));
    before = until;
    body.append(row);
  });
  const group = make("thead");
  group.append(header);
  table.append(make("caption", "", caption), group, body);
  return table;
}
