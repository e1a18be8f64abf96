import type { BenchCatalog } from "./catalog-ranker.ts";
import type { Corpus } from "./ranker.ts";
import type { SetFile } from "./sets.ts";

interface ExplainOptions {
  readonly sets: readonly SetFile[];
  readonly corpora: ReadonlyMap<string, Corpus>;
  readonly catalog: BenchCatalog;
}

const shownHits = 12;

/** Prints the product's first hits of a query in the first set's corpus; those that the set wants bear a star. */
export function explain(query: string, { sets, corpora, catalog }: ExplainOptions): void {
  const [set] = sets;
  const corpus = set === undefined ? undefined : corpora.get(set.corpus);
  if (corpus === undefined) return;
  const item = sets.flatMap(({ items }) => items).find((one) => one.query === query);
  const wanted = new Set(item?.relevant);
  console.log(`${corpus.name}: ${query}`);
  for (const place of wanted) console.log(`wanted: ${place}`);
  for (const hit of catalog.hits(corpus, query, { mode: "hybrid" }).slice(0, shownHits)) {
    const { words, vector, rules } = hit.scores;
    const isWanted = wanted.has(hit.path) || wanted.has(`${hit.path}:${hit.startLine}`);
    const scores = [hit.score, words, vector, rules].map((score) => (score === null ? "  -  " : score.toFixed(3)));
    console.log(`${isWanted ? "*" : " "} ${scores.join(" ")}  ${hit.path}:${hit.startLine}  ${hit.symbol ?? ""}`);
  }
  console.log("  score words vector rules");
}
