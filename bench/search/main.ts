/**
 * Latency of searches: `npm run bench -- search [--chunks 200000] [--only latency,load,chroma,qmd] [--save]`. A real hub in a scratch
 * home holds passages cut from the files in node_modules; calls go over its socket. Prints one JSON line a figure.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureChroma } from "./chroma.ts";
import { measureLatency } from "./latency.ts";
import { measureLoad } from "./load.ts";
import { measureQmd } from "./qmd.ts";
import { openSearchWorld } from "./search-world.ts";

const { values } = parseArgs({
  options: {
    chunks: { type: "string", default: "200000" },
    only: { type: "string", default: "latency,load,chroma,qmd" },
    save: { type: "boolean", default: false },
  },
});
const parts = new Set(values.only.split(","));
const results: Record<string, unknown> = {};
const world = await openSearchWorld(Number(values.chunks));
try {
  keep("corpus", world.corpus);
  if (parts.has("latency")) keep("latency", await measureLatency(world));
  if (parts.has("load")) keep("load", await measureLoad(world));
  if (parts.has("chroma")) keep("chroma", await measureChroma(world));
  if (parts.has("qmd")) keep("qmd", await measureQmd(world));
} finally {
  await world.close();
}
if (values.save) {
  const machine = { processors: availableParallelism(), model: cpus()[0]?.model ?? "unknown", node: process.version };
  const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  const saved = { at: new Date().toISOString(), commit, machine, ...results };
  writeFileSync(join(import.meta.dirname, "..", "results", "search.json"), `${JSON.stringify(saved, null, 2)}\n`);
}

function keep(name: string, figures: unknown): void {
  results[name] = figures;
  console.log(JSON.stringify({ bench: "search", part: name, figures }));
}
