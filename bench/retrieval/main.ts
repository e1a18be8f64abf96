/**
 * How well searches find: `npm run bench:retrieval -- [--sets A,B] [--rankers A,B] [--tune NAME=VALUE,...] [--save]
 * [--explain QUERY]`; see docs/retrieval.md. Figures are MRR@10 / nDCG@10 / recall@10.
 */
import { parseArgs } from "node:util";
import { openBenchCatalog } from "./catalog-ranker.ts";
import { documentsOf } from "./corpora.ts";
import { evaluate, meansOf, missingPlaces } from "./evaluate.ts";
import { explain } from "./explain.ts";
import { measureCommandLine } from "./command-line.ts";
import type { Corpus } from "./ranker.ts";
import { createRanker, rankerGroups, tuningOf } from "./rankers.ts";
import { figuresText, type RankerFigures, tableOf } from "./report.ts";
import { saveResults } from "./results.ts";
import { readSets, type SetFile } from "./sets.ts";

const { values: options } = parseArgs({
  options: {
    /** Names of sets, or what they begin with. */
    sets: { type: "string" },
    rankers: { type: "string" },
    /** Other figures of the ranking, as `k1=1.5,candidates=100`. */
    tune: { type: "string" },
    /** Asks all rankers, and writes bench/results/retrieval.json and the tables of docs/retrieval.md. */
    save: { type: "boolean", default: false },
    /** Reads the packages anew instead of what was prepared. */
    fresh: { type: "boolean", default: false },
    /** Prints each question that the last ranker has not at its top. */
    misses: { type: "boolean", default: false },
    /** Shows the top hits of a query with what their scores are made of, in the corpus of its set, or of the first one. */
    explain: { type: "string" },
    /** The set that is also asked through the command line. */
    "command-line": { type: "string" },
  },
});

const wanted = options.sets?.split(",");
const sets = readSets().filter(({ name }) => wanted === undefined || wanted.some((start) => name.startsWith(start)));
if (sets.length === 0) throw new Error(`No set begins with ${options.sets}.`);
const names = (options.rankers ?? (options.save ? "all" : "main"))
  .split(",")
  .flatMap((name) => rankerGroups[name] ?? [name]);
const tuning = options.tune === undefined ? {} : tuningOf(options.tune);
const catalog = openBenchCatalog();
try {
  const { corpora, usable } = await openCorpora(sets);
  if (options.explain === undefined) await measure(usable, corpora);
  else explain(options.explain, { sets: usable, corpora, catalog, tuning });
} finally {
  catalog.close();
}

/** Sets whose packages cannot be fetched here are left out, loudly. */
async function openCorpora(all: readonly SetFile[]): Promise<{ corpora: Map<string, Corpus>; usable: SetFile[] }> {
  const corpora = new Map<string, Corpus>();
  const broken = new Set<string>();
  for (const { corpus: name } of all) {
    if (corpora.has(name) || broken.has(name)) continue;
    try {
      corpora.set(name, { name, documents: await documentsOf(name, options.fresh) });
    } catch (error) {
      broken.add(name);
      console.error(`LEFT OUT: the sets of ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const usable = all.filter(({ corpus }) => corpora.has(corpus));
  for (const set of usable) {
    const missing = missingPlaces(set, corpusOf(corpora, set));
    if (missing.length === 0) continue;
    console.error(`WRONG: ${set.name} names ${missing.length} places that are not there: ${missing.join(", ")}`);
    process.exitCode = 1;
  }
  return { corpora, usable };
}

function corpusOf(corpora: ReadonlyMap<string, Corpus>, set: SetFile): Corpus {
  const corpus = corpora.get(set.corpus);
  if (corpus === undefined) throw new Error(`${set.corpus} is not open.`);
  return corpus;
}

async function measure(usable: readonly SetFile[], corpora: ReadonlyMap<string, Corpus>): Promise<void> {
  // Indexing is not part of a ranker's time.
  for (const set of usable) catalog.hits(corpusOf(corpora, set), "index", { mode: "keyword" });
  const results = names.map((name) => measureRanker(name, usable, corpora));
  console.log(tableOf(results));
  const through = options["command-line"] ?? (options.save ? "questions-to-files/fastify" : undefined);
  const asked = usable.find(({ name }) => name === through);
  const commandLine = asked === undefined ? null : await measureCommandLine(asked, corpusOf(corpora, asked));
  if (commandLine !== null) console.log(`${commandLine.set} through the command line: ${figuresText(commandLine)}`);
  if (options.save) await saveResults({ results, commandLine, embedder: catalog.embedder, sets: usable });
}

function measureRanker(name: string, usable: readonly SetFile[], corpora: ReadonlyMap<string, Corpus>): RankerFigures {
  const ranker = createRanker(name, catalog, tuning);
  const startMs = performance.now();
  const isLast = name === names.at(-1);
  const figures = usable.map((set) =>
    evaluate(set, corpusOf(corpora, set), {
      ranker,
      onQuestion: (query, { mrr }) => {
        if (options.misses && isLast && mrr < 1) console.log(`${set.name}\t${mrr.toFixed(2)}\t${query}`);
      },
    }),
  );
  ranker.close();
  const seconds = (performance.now() - startMs) / 1_000;
  return { ranker: name, sets: figures, means: meansOf(figures, usable), seconds };
}
