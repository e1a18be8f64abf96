/**
 * Photos, duplicates and what else is not code, measured: `npm run bench -- media [--only PART[,PART...]] [--save]`. Prints JSON; --save
 * puts the measured parts into bench/results/media.json and keeps the others there. What it measures on is made once
 * and kept in the directory for temporary files, under commons-bench-media.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parts } from "./registry.ts";

const resultFile = join(import.meta.dirname, "..", "results", "media.json");

const { values } = parseArgs({ options: { only: { type: "string" }, save: { type: "boolean", default: false } } });
const wanted = values.only?.split(",") ?? Object.keys(parts);
const unknown = wanted.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) throw new Error(`No part ${unknown.join(", ")}. There are: ${Object.keys(parts).join(", ")}.`);

for (const [name, measure] of Object.entries(parts)) {
  if (!wanted.includes(name)) continue;
  // What else ran on the machine just before.
  const before = { date: new Date().toISOString(), load: loadavg()[0] };
  const figures = { ...before, ...(await measure()) };
  process.stdout.write(`${JSON.stringify({ [name]: figures }, null, 2)}\n`);
  if (values.save) save(name, figures);
}

function save(name: string, figures: object): void {
  const machine = {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? "",
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
  const command = "npm run bench -- media --save";
  mkdirSync(join(resultFile, ".."), { recursive: true });
  const content = { command, machine, parts: { ...saved(), [name]: figures } };
  writeFileSync(resultFile, `${JSON.stringify(content, null, 2)}\n`);
}

function saved(): object {
  try {
    // Safe: only `save` writes the file.
    return (JSON.parse(readFileSync(resultFile, "utf8")) as { parts: object }).parts;
  } catch {
    return {};
  }
}
