import { defaultTuning, type RankingTuning } from "../../src/search/tuning.ts";
import { type BenchCatalog, type CatalogQuestion, createCatalogRanker } from "./catalog-ranker.ts";
import { createFtsRanker, ftsSteps } from "./fts-ranker.ts";
import { createGrepRanker } from "./grep-ranker.ts";
import type { Ranker } from "./ranker.ts";

/** The rules about files without any effect; each step turns one more on. */
const noRules: Partial<RankingTuning> = {
  nextPassagesShare: 0,
  fileShare: 0,
  testFactor: 1,
  exampleFactor: 1,
  docsFactor: 1,
  declarationFactor: 1,
  nameOverlapGain: 0,
  definitionFactor: 1,
};
const { nextPassagesShare, fileShare, testFactor, exampleFactor, docsFactor, declarationFactor } = defaultTuning;
const rules = {
  next: { ...noRules, nextPassagesShare, fileShare },
  side: { ...noRules, nextPassagesShare, fileShare, testFactor, exampleFactor, docsFactor, declarationFactor },
};

/** How each ranker of the product's own search asks. */
const catalogQuestions: Readonly<Record<string, CatalogQuestion>> = {
  bm25: { mode: "keyword", tuning: { fileRules: false } },
  dense: { mode: "semantic", tuning: { fileRules: false } },
  "hybrid-no-rules": { mode: "hybrid", tuning: { fileRules: false } },
  hybrid: { mode: "hybrid" },
  "keyword-next": { mode: "keyword", tuning: rules.next },
  "keyword-side": { mode: "keyword", tuning: rules.side },
  keyword: { mode: "keyword" },
};

const rankerNames: readonly string[] = [
  "grep-like",
  ...ftsSteps.map((step) => `fts5-${step}`),
  ...Object.keys(catalogQuestions),
];

/** Asked for by name, or as a group. */
export const rankerGroups: Readonly<Record<string, readonly string[]>> = {
  main: ["grep-like", "bm25", "dense", "hybrid-no-rules", "hybrid"],
  words: ["grep-like", ...ftsSteps.map((step) => `fts5-${step}`), "bm25", "hybrid-no-rules"],
  files: ["grep-like", "bm25", "keyword-next", "keyword-side", "keyword", "hybrid"],
  all: rankerNames,
};

/** `tuning` stands over the ranker's own figures. Throws for a name that is not in `rankerNames`. */
export function createRanker(name: string, catalog: BenchCatalog, tuning: Partial<RankingTuning>): Ranker {
  if (name === "grep-like") return createGrepRanker();
  const step = ftsSteps.find((one) => name === `fts5-${one}`);
  if (step !== undefined) return createFtsRanker(step);
  const question = Object.hasOwn(catalogQuestions, name) ? catalogQuestions[name] : undefined;
  if (question !== undefined)
    return createCatalogRanker(catalog, { ...question, tuning: { ...question.tuning, ...tuning } });
  throw new Error(`No ranker ${name}. There are: ${rankerNames.join(", ")}.`);
}

/** `k1=1.5,fileRules=false` as figures of the ranking. Throws for an unknown name and for what is no value of it. */
export function tuningOf(text: string): Partial<RankingTuning> {
  const usual = new Map<string, unknown>(Object.entries(defaultTuning));
  const pairs = text.split(",").map((pair): [string, number | boolean] => {
    const [name = "", value = ""] = pair.split("=");
    const parsed = typeof usual.get(name) === "boolean" ? value === "true" : Number(value);
    if (!usual.has(name) || value === "" || Number.isNaN(parsed))
      throw new Error(`${pair} is no figure of the ranking. There are: ${[...usual.keys()].join(", ")}.`);
    return [name, parsed];
  });
  return Object.fromEntries(pairs);
}
