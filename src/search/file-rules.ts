import { normalIdentifier, type ParsedQuery } from "./query.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** What the rules need to know of a candidate. Candidates with one `documentId` are of one file. */
export interface RankedChunk {
  readonly chunkId: number;
  readonly documentId: number;
  readonly path: string;
  readonly isNote: boolean;
  readonly symbol: string | null;
  readonly score: number;
}

// The figures are those of the measured recipe: docs of retrieval, table of file-level steps.
const nextChunksShare = 0.2;
const nextChunks = 3;
const sideMaterialFactor = 0.6;
const nameOverlapGain = 0.5;
const definitionFactor = 1.5;

const sideMaterialFolder =
  /(^|\/)(tests?|__tests__|__mocks__|specs?|testing|testdata|test-data|fixtures?|examples?|samples?|demos?|docs?|documentation)\//i;
const sideMaterialFile =
  /(\.(test|spec|stories|example)\.[^/]+|_(test|spec)\.[^/.]+|(^|\/)test_[^/]+\.py|(^|\/)conftest\.py)$/i;

/**
 * Reranks chunks by what their file says. A file scores its best chunk + 0.2 x the next three; tests, examples and docs
 * x 0.6 unless asked for; up to x 1.5 for query words in the file's name; x 1.5 where the file defines a name of the query.
 * Every chunk is scaled by its file's gain, so the order inside a file stays. Returns new objects, best first.
 */
export function applyFileRules<C extends RankedChunk>(
  chunks: readonly C[],
  query: ParsedQuery,
  tokenizer: Tokenizer,
): C[] {
  const terms = new Set(query.terms);
  const byFile = Map.groupBy(chunks, (chunk) => chunk.documentId);
  const reranked: C[] = [];
  for (const file of byFile.values()) {
    const factor = fileFactor(file, query, (path) => nameOverlap(path, terms, tokenizer));
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

/** Whether a path is a test, an example, a fixture or documentation. */
export function isSideMaterial(path: string): boolean {
  return sideMaterialFolder.test(path) || sideMaterialFile.test(path);
}

function fileFactor(file: readonly RankedChunk[], query: ParsedQuery, overlap: (path: string) => number): number {
  const [best, ...others] = file.toSorted(byScore);
  if (best === undefined || best.score <= 0) return 1;
  const next = others.slice(0, nextChunks).reduce((sum, { score }) => sum + score, 0);
  let factor = (best.score + nextChunksShare * next) / best.score;
  // A note's id is no file name.
  if (best.isNote) return factor;
  if (!query.mentionsTests && isSideMaterial(best.path)) factor *= sideMaterialFactor;
  factor *= 1 + nameOverlapGain * overlap(best.path);
  if (file.some((chunk) => definesName(chunk, query))) factor *= definitionFactor;
  return factor;
}

/** Share of the words of the file's name (without extension) that the query has: 0 to 1. */
function nameOverlap(path: string, terms: ReadonlySet<string>, tokenizer: Tokenizer): number {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/(?<=.)\..*$/, "");
  const parts = new Set(tokenizer.parts(name));
  if (parts.size === 0) return 0;
  return [...parts].filter((part) => terms.has(part)).length / parts.size;
}

function definesName(chunk: RankedChunk, query: ParsedQuery): boolean {
  return chunk.symbol !== null && query.identifiers.size > 0 && query.identifiers.has(normalIdentifier(chunk.symbol));
}
