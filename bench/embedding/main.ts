/**
 * Speed of the built-in embedder: `npm run bench -- embedding [TABLE]` (the shipped table if none is given). Cuts this repository's own
 * sources as the product does and embeds every passage in one thread. Prints one JSON line each: reading the table, tokens and vectors
 * together as the first look-up of a text has them, and the vectors alone.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chunkDocument } from "../../src/chunk/registry.ts";
import { createStaticEmbedder, staticEmbedderId } from "../../src/embed/static-embedder.ts";
import { createTokenizer } from "../../src/search/tokenizer.ts";

const root = join(import.meta.dirname, "..", "..");
const table = process.argv[2] ?? join(root, "src", "embed", "table", `${staticEmbedderId}.bin`);
const rounds = 15;

function print(what: string, figures: Record<string, number>): void {
  console.log(JSON.stringify({ bench: "embedding", what, ...figures }));
}

async function passages(): Promise<string[]> {
  const texts: string[] = [];
  for (const folder of ["src", "test"]) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
      const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
      const chunks = await chunkDocument({
        fileType: "typescript",
        language: "typescript",
        content: { kind: "text", text },
      });
      texts.push(...chunks.filter((chunk) => chunk.symbol !== null).map((chunk) => chunk.text));
    }
  }
  return texts;
}

/** In texts a second: the median by the clock, and the best by the processor's time, which other programs disturb less. */
function textsPerSecond(count: number, work: () => void): { byClock: number; byProcessor: number } {
  const rates = Array.from({ length: rounds }, () => {
    const [start, usage] = [performance.now(), process.cpuUsage()];
    work();
    const { user, system } = process.cpuUsage(usage);
    return { byClock: (count / (performance.now() - start)) * 1e3, byProcessor: (count / (user + system)) * 1e6 };
  });
  const sorted = rates.map(({ byClock }) => byClock).toSorted((one, other) => one - other);
  const best = Math.max(...rates.map(({ byProcessor }) => byProcessor));
  return { byClock: Math.round(sorted[rounds >> 1] ?? 0), byProcessor: Math.round(best) };
}

const texts = await passages();
const tokenizer = createTokenizer();
const tokens = texts.map((text) => tokenizer.parts(text));
const tokenCount = tokens.reduce((sum, { length }) => sum + length, 0);
print("passages", { passages: texts.length, tokensOfOne: Math.round(tokenCount / texts.length) });

const start = performance.now();
createStaticEmbedder(tokenizer.parts, table).embed(["first"]);
print("table read, first text embedded", { ms: Math.round((performance.now() - start) * 10) / 10 });

const whole = createStaticEmbedder(tokenizer.parts, table);
print(
  "tokens and vectors, passages a second",
  textsPerSecond(texts.length, () => whole.embed(texts)),
);
// The tokens of each text, handed over in the order in which they are asked for.
let at = 0;
const alone = createStaticEmbedder(() => tokens[at++ % tokens.length] ?? [], table);
print(
  "vectors alone, passages a second",
  textsPerSecond(texts.length, () => alone.embed(texts)),
);
