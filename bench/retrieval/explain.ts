import type { BenchCatalog } from "./catalog-ranker.ts";
import type { RankingTuning } from "../../src/search/tuning.ts";
import type { Corpus } from "./ranker.ts";
import type { SetFile } from "./sets.ts";

interface ExplainOptions {
  readonly sets: readonly SetFile[];
  readonly corpora: ReadonlyMap<string, Corpus>;
  readonly catalog: BenchCatalog;
  readonly tuning: Partial<RankingTuning>;
}

const shownHits = 12;

/** Prints the product's first hits of a query in the corpus of the set that has it; those that the set wants bear a star. */
export function explain(query: string, { sets, corpora, catalog, tuning }: ExplainOptions): void {
  const set = sets.find(({ items }) => items.some((item) => item.query === query)) ?? sets[0];
  const corpus = set === undefined ? undefined : corpora.get(set.corpus);
  if (corpus === undefined) return;
  const item = set?.items.find((one) => one.query === query);
  const wanted = new Set(item?.relevant);
  console.log(`${corpus.name}: ${query}`);
  for (const place of wanted) console.log(`wanted: ${place}`);
  for (const hit of catalog.hits(corpus, query, { mode: "hybrid", tuning }).slice(0, shownHits)) {
    const { words, vector, rules } = hit.scores;
    const isWanted = wanted.has(hit.path) || wanted.has(`${hit.path}:${hit.startLine}`);
    const scores = [hit.score, words, vector, rules].map((score) => (score === null ? "  -  " : score.toFixed(3)));
    console.log(`${isWanted ? "*" : " "} ${scores.join(" ")}  ${hit.path}:${hit.startLine}  ${hit.symbol ?? ""}`);
  }
  console.log("  score words vector rules");
}
