// Bundles src/ into ../static, which is committed: nobody needs node to install or to run sevdrill.
// The banner carries a digest of the sources, so a test finds a bundle that was not rebuilt.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { build } from "esbuild";

const text = (path) => readFileSync(new URL(path, import.meta.url), "utf8").replaceAll("\r\n", "\n");
const licence = text("node_modules/uplot/LICENSE").trim();

const targets = [
  {
    name: "chart",
    sources: ["src/chart.js", "src/plot.js", "src/table.js", "src/parts.js", "src/chart.css", "package-lock.json"],
    notice: `uPlot\n\n${licence}\n\n`,
  },
  { name: "picks", sources: ["src/picks.js", "src/picks.css"], notice: "" },
  { name: "download", sources: ["src/download.js", "src/download.css"], notice: "" },
  { name: "guard", sources: ["src/guard.js", "src/guard.css"], notice: "" },
  { name: "pointer", sources: ["src/pointer.js"], notice: "" },
];

for (const { name, sources, notice } of targets) {
  const digest = createHash("sha256").update(sources.map(text).join("")).digest("hex");
  const banner = `/*!\n${notice}sources ${digest}\n*/`;
  await build({
    entryPoints: sources.filter((path) => path.startsWith(`src/${name}.`)),
    absWorkingDir: import.meta.dirname,
    outdir: "../static",
    bundle: true,
    minify: true,
    format: "esm",
    target: ["chrome111", "firefox115", "safari16.4"],
    charset: "utf8",
    legalComments: "none",
    banner: { js: banner, css: banner },
    logLevel: "info",
  });
}
