/**
 * Speed of the redaction: `node bench/redaction/main.ts [DIRECTORY]` (node_modules/typescript and its neighbours' sources if none is
 * given). Prints one JSON line: megabytes of text, megabytes a second (median of the runs), and how many secrets were taken for such.
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { redactSecrets } from "../../src/extract/redaction.ts";

const directory = process.argv[2] ?? join(import.meta.dirname, "..", "..", "node_modules");
const maxBytes = 20_000_000;
const maxFileBytes = 1_000_000;
const runs = 7;

const texts: string[] = [];
let bytes = 0;
for (const path of textFiles(directory)) {
  if (bytes > maxBytes) break;
  texts.push(readFileSync(path, "utf8"));
  bytes += statSync(path).size;
}
const rates: number[] = [];
let secrets = 0;
for (let run = 0; run < runs; run++) {
  secrets = 0;
  const startedMs = performance.now();
  for (const text of texts) secrets += (await redactSecrets(text)).secrets;
  rates.push(bytes / 1_000 / (performance.now() - startedMs));
}
rates.sort((a, b) => a - b);
const mbPerSecond = Math.round(rates[Math.floor(runs / 2)] ?? 0);
process.stdout.write(
  `${JSON.stringify({ bench: "redaction", files: texts.length, mb: Math.round(bytes / 1e6), mbPerSecond, secrets })}\n`,
);

function* textFiles(from: string): Generator<string> {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const path = join(from, entry.name);
    if (entry.isDirectory()) yield* textFiles(path);
    else if (/\.(?:[cm]?[jt]s|md|json|py|go|rs)$/.test(entry.name) && statSync(path).size <= maxFileBytes) yield path;
  }
}
