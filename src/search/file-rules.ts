import { normalIdentifier, type ParsedQuery } from "./query.ts";
import { sideMaterialOf } from "./side-material.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { RankingTuning } from "./tuning.ts";

/** What the rules need to know of a candidate. Candidates with one `documentId` are of one file. */
export interface RankedChunk {
  readonly chunkId: number;
  readonly documentId: number;
  readonly path: string;
  readonly isNote: boolean;
  /** Names of a passage that joins several are separated by ", ". */
  readonly symbol: string | null;
  readonly score: number;
}

export interface FileRuleTools {
  readonly tokenizer: Tokenizer;
  /** How rare a term is: 0 for one that all passages have, 1 for one that none has. */
  readonly rarity: (term: string) => number;
  readonly tuning: RankingTuning;
}

const nextPassages = 3;

/**
 * Reranks chunks by what their file says. A file scores its best chunk and a share of the next three; tests, examples, docs and
 * declarations score less unless asked for, files whose name has rare words of the query or that define a name of the query more.
 * Every chunk is scaled by its file's gain, so the order inside a file stays. Returns new objects, best first.
 */
export function applyFileRules<C extends RankedChunk>(
  chunks: readonly C[],
  query: ParsedQuery,
  tools: FileRuleTools,
): C[] {
  const terms = new Set(query.terms);
  const byFile = Map.groupBy(chunks, (chunk) => chunk.documentId);
  const reranked: C[] = [];
  for (const file of byFile.values()) {
    const factor = fileFactor(file, { query, terms }, tools);
    for (const chunk of file) reranked.push({ ...chunk, score: chunk.score * factor });
  }
  return reranked.toSorted(byScore);
}

/** Best first; equal scores in the order of path and position, so that an answer never depends on chance. */
export function byScore(a: RankedChunk, b: RankedChunk): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.chunkId - b.chunkId;
}

/** Whether the passage is the definition of a name that the query has. */
function definesName(symbol: string | null, { identifiers }: ParsedQuery): boolean {
  if (symbol === null || identifiers.size === 0) return false;
  return symbol.split(", ").some((name) => identifiers.has(normalIdentifier(name)));
}

function fileFactor(
  file: readonly RankedChunk[],
  { query, terms }: { query: ParsedQuery; terms: ReadonlySet<string> },
  tools: FileRuleTools,
): number {
  const { tuning } = tools;
  const [best, ...others] = file.toSorted(byScore);
  if (best === undefined || best.score <= 0) return 1;
  const next = others.slice(0, nextPassages).reduce((sum, { score }) => sum + score, 0);
  let factor = (best.score + tuning.nextPassagesShare * next) / best.score;
  // A note's id is no file name.
  if (best.isNote) return factor;
  const side = sideMaterialOf(best.path);
  if (side !== null) factor *= query.askedFor.has(side) ? tuning.askedForFactor : tuning[`${side}Factor`];
  factor *= 1 + tuning.nameOverlapGain * nameOverlap(best.path, terms, tools);
  if (file.some(({ symbol }) => definesName(symbol, query))) factor *= tuning.definitionFactor;
  return factor;
}

/** Share of the words of the file's name (without extension) that the query has, times the rarity of the rarest: 0 to 1. */
function nameOverlap(path: string, terms: ReadonlySet<string>, { tokenizer, rarity }: FileRuleTools): number {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/(?<=.)\..*$/, "");
  const parts = new Set(tokenizer.parts(name));
  const shared = [...parts].filter((part) => terms.has(part));
  if (shared.length === 0) return 0;
  return (shared.length / parts.size) * Math.max(...shared.map(rarity));
}
