/**
 * Pairs as numbers: `node model/tokenise.ts --data DIRECTORY [--words 32768]`. Reads pairs.*.jsonl, leaves out what stands in
 * pairs-evaluation.*.jsonl too, and writes, with the product's own tokeniser, DIRECTORY/tokens/: vocabulary.json (words in the
 * order of their rows, document frequencies), and for the splits `train` and `dev` a row per pair: per field the distinct words
 * (FIELD.ids, int32), how often each occurs (FIELD.counts, uint8) and where each row begins (FIELD.starts, int32), and int32
 * columns package, kind, language, file. Words beyond the vocabulary are left out. Run from the project's root.
 */
import { createReadStream, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { createTokenizer } from "../src/search/tokenizer.ts";
import { dataFolder } from "./data-folder.ts";
import { isKeptElsewhere } from "./evaluation-packages.ts";
import { createLeakFilter, createRepeatFilter } from "./leak-filter.ts";
import type { Pair } from "./pair.ts";
import { createTokenColumns, fields, type Field } from "./token-columns.ts";
import { chooseWords, createWordStatistics } from "./vocabulary.ts";

const { values } = parseArgs({
  options: { data: { type: "string" }, words: { type: "string", default: "32768" } },
});
const data = dataFolder(values.data);
const maxTokens: Readonly<Record<Field, number>> = { query: 60, code: 260, name: 30, rest: 80, path: 12 };

type HarvestedPair = Pair & { readonly package: string };

async function* pairsOf(pattern: RegExp): AsyncGenerator<HarvestedPair> {
  for (const file of readdirSync(data)
    .filter((name) => pattern.test(name))
    .toSorted()) {
    const lines = createInterface({ input: createReadStream(join(data, file)) });
    // Safe: model/harvest.ts has written it.
    for await (const line of lines) yield JSON.parse(line) as HarvestedPair;
  }
}

const tokenizer = createTokenizer();
const textOf = (pair: Pair, field: Field): string =>
  field === "path"
    ? pair.path
        .split("/")
        .slice(-2)
        .join(" ")
        .replace(/\.\w+$/, "")
    : pair[field];
const tokensOf = (pair: Pair, field: Field): string[] =>
  tokenizer.parts(textOf(pair, field)).slice(0, maxTokens[field]);

const leaks = createLeakFilter();
const dev = createTokenColumns();
for await (const pair of pairsOf(/^pairs-evaluation\..*jsonl$/)) {
  leaks.learn(pair);
  if (pair.query !== "" && !isKeptElsewhere(pair.package)) dev.add(pair, (field) => tokensOf(pair, field));
}
const train = createTokenColumns();
const statistics = createWordStatistics();
const repeats = createRepeatFilter();
let [leaked, repeated] = [0, 0];
for await (const pair of pairsOf(/^pairs\..*jsonl$/)) {
  if (leaks.isLeak(pair)) {
    leaked++;
    continue;
  }
  if (repeats.isRepeat(pair)) {
    repeated++;
    continue;
  }
  const tokens = train.add(pair, (field) => tokensOf(pair, field));
  statistics.add(pair.package, tokens);
}
const words = chooseWords(statistics, Number(values.words));
const target = join(data, "tokens");
mkdirSync(target, { recursive: true });
const rows = new Map(words.map(({ word }, row) => [word, row]));
const documents = statistics.documents();
train.write(join(target, "train"), rows);
dev.write(join(target, "dev"), rows);
writeFileSync(
  join(target, "vocabulary.json"),
  JSON.stringify({
    documents,
    words: words.map(({ word }) => word),
    frequencies: words.map(({ frequency }) => frequency),
  }),
);
console.log(
  JSON.stringify({
    train: train.size(),
    dev: dev.size(),
    leaked,
    repeated,
    words: words.length,
    rarest: words.at(-1),
    fields: fields.length,
  }),
);
