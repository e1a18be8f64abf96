import type { CheckedHit } from "./freshness.ts";
import { photoLines } from "./photo-lines.ts";

/** A line of a passage; `number` is null where the passage has no lines of its file, as a page or a record. */
export interface PassageLine {
  readonly number: number | null;
  readonly text: string;
}

/** What is shown as one: a hit, or neighbouring hits of one file. */
export interface Passage {
  /** Place in the answer, from 1: that of the best hit in it. */
  readonly rank: number;
  /** The best hit; path, origin and freshness hold for all. */
  readonly hit: CheckedHit;
  readonly startLine: number;
  readonly endLine: number;
  /** Enclosing names and symbol of each hit, in the order of the file. */
  readonly names: readonly PassageName[];
  /** In the order of the file; where numbers jump, lines are missing. */
  readonly lines: readonly PassageLine[];
}

export interface PassageName {
  readonly scope: readonly string[];
  readonly symbol: string | null;
}

/** Lines that neighbours may leave between them: chunkers take blank ends off. */
const maxGapLines = 2;

/**
 * Ranked hits as passages, best first: hits of one file whose lines touch, overlap, or leave at most two lines between them are one,
 * under the rank of the better. Of two sources, collections, or states of a file they stay apart.
 */
export function toPassages(hits: readonly CheckedHit[]): Passage[] {
  const single = hits.map((hit, index) => passageOf(hit, index + 1));
  const merged = [...Map.groupBy(single, fileKey).values()].flatMap(mergeNeighbours);
  return merged.toSorted((a, b) => a.rank - b.rank).map((passage, index) => ({ ...passage, rank: index + 1 }));
}

/** What the hits of one heading have in common. */
export function fileKey({ hit }: Pick<Passage, "hit">): string {
  const places = hit.alsoAt.map(({ collection, sourceKey, path }) => [collection, sourceKey, path].join("\0"));
  const file = [hit.collection, hit.sourceKey, hit.path, hit.branch ?? "", hit.freshness, hit.contentHash];
  return [...file, ...places.toSorted()].join("\0");
}

function passageOf(hit: CheckedHit, rank: number): Passage {
  const photo = photoLines(hit);
  if (photo !== null) {
    const lines = photo.map((line) => ({ number: null, text: line }));
    // A photo's symbol is its file's name, which the path has said.
    return { rank, hit, startLine: hit.startLine, endLine: hit.endLine, names: [], lines };
  }
  const { startLine, endLine, scope, symbol, text } = hit;
  const texts = text.split("\n");
  const isNumbered = hasLines(hit) && texts.length === endLine - startLine + 1;
  const lines = texts.map((line, index) => ({ number: isNumbered ? startLine + index : null, text: line }));
  return { rank, hit, startLine, endLine, names: [{ scope, symbol }], lines };
}

function hasLines({ kind, metadata: { unit } }: CheckedHit): boolean {
  return kind !== "record" && (unit === undefined || unit === "line");
}

function mergeNeighbours(passages: readonly Passage[]): Passage[] {
  const inOrder = passages.toSorted((a, b) => a.startLine - b.startLine || b.endLine - a.endLine || a.rank - b.rank);
  const merged: Passage[] = [];
  for (const next of inOrder) {
    const last = merged.at(-1);
    const lines = last === undefined ? null : joinedLines(last, next);
    if (last === undefined || lines === null) merged.push(next);
    else merged[merged.length - 1] = joined(last, next, lines);
  }
  return merged;
}

/** null: no neighbours, or what both have is not the same (pieces of one long line share its number). */
function joinedLines(first: Passage, second: Passage): PassageLine[] | null {
  if (first.lines[0]?.number === null || second.lines[0]?.number === null) return null;
  if (second.startLine > first.endLine + 1 + maxGapLines) return null;
  const known = new Map(first.lines.map(({ number, text }) => [number, text]));
  const isSame = second.lines.every(({ number, text }) => (known.get(number) ?? text) === text);
  return isSame ? [...first.lines, ...second.lines.filter(({ number }) => !known.has(number))] : null;
}

function joined(first: Passage, second: Passage, lines: readonly PassageLine[]): Passage {
  const best = first.rank < second.rank ? first : second;
  return {
    rank: best.rank,
    hit: best.hit,
    startLine: first.startLine,
    endLine: Math.max(first.endLine, second.endLine),
    names: [...first.names, ...second.names],
    lines,
  };
}
