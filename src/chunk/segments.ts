import type { Chunk, ChunkKind } from "../core/document.ts";

/** A run of lines that belong together. Indexes count from 0; `end` is inclusive. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly kind: ChunkKind;
  readonly symbol: string | null;
  readonly signature: string | null;
  readonly doc: string | null;
  readonly scope: readonly string[];
}

/** A document as chunkers see it. */
export interface ChunkableText {
  readonly fileType: string;
  readonly language: string | null;
  readonly text: string;
}

/** A passage that its extractor knows as such, with its position in the document's own units. */
export interface ChunkablePart extends Segment {
  readonly text: string;
}

/** What an extractor made of a file: text to be cut, or passages that are cut already. */
export interface ChunkableDocument {
  readonly fileType: string;
  readonly language: string | null;
  readonly content:
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "parts"; readonly parts: readonly ChunkablePart[] };
}

/** Cuts lines into segments that follow one another and cover every line once. */
export type Chunker = (lines: readonly string[], document: ChunkableText) => Segment[];

export const maxChunkLines = 120;
const maxChunkChars = 4_000;
// A passage a little over the limit is better whole than as a passage and a scrap.
const toleratedChars = 5_000;
const targetLines = 60;
const minLines = 30;

/** The lines of a segment without those that are blank at its ends; null when all are. */
function withoutBlankEnds(
  lines: readonly string[],
  range: { start: number; end: number },
): { start: number; end: number } | null {
  let { start, end } = range;
  while (start <= end && isBlank(lines[start])) start++;
  while (end >= start && isBlank(lines[end])) end--;
  return start > end ? null : { start, end };
}

export function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === "";
}

/**
 * Segments as chunks: blank ends are taken off, what is longer than `maxChunkLines` or about `maxChunkChars` is cut at blank
 * lines, and a single line longer than that is cut by characters (several chunks then share its number).
 */
export function toChunks(lines: readonly string[], segments: readonly Segment[]): Chunk[] {
  const chunks: Chunk[] = [];
  for (const segment of segments) {
    const whole = withoutBlankEnds(lines, segment);
    if (whole === null) continue;
    for (const part of isTooLong(lines, whole) ? cutRange(lines, whole) : [whole]) {
      for (const text of textsOf(lines, part)) chunks.push(chunkOf(segment, part, text));
    }
  }
  return chunks;
}

/** Cuts a range into windows of 30 to 60 lines and at most `maxChunkChars`, at a blank line where there is one. */
export function cutRange(
  lines: readonly string[],
  range: { start: number; end: number },
): { start: number; end: number }[] {
  const parts: { start: number; end: number }[] = [];
  let start = range.start;
  while (start <= range.end) {
    const end = windowEnd(lines, start, range.end);
    const part = withoutBlankEnds(lines, { start, end });
    if (part !== null) parts.push(part);
    start = end + 1;
  }
  return parts;
}

function windowEnd(lines: readonly string[], start: number, last: number): number {
  let chars = 0;
  let blank = -1;
  let end = start;
  for (let at = start; at <= last && at < start + targetLines; at++) {
    chars += (lines[at]?.length ?? 0) + 1;
    if (chars > maxChunkChars && at > start) break;
    end = at;
    if (at - start + 1 >= minLines && isBlank(lines[at])) blank = at;
  }
  if (end === last) return last;
  // A rest of a few lines stays with the window before it.
  if (last - end < 8 && charsOf(lines, start, last) <= maxChunkChars) return last;
  return blank === -1 ? end : blank;
}

function isTooLong(lines: readonly string[], range: { start: number; end: number }): boolean {
  return range.end - range.start + 1 > maxChunkLines || charsOf(lines, range.start, range.end) > toleratedChars;
}

function charsOf(lines: readonly string[], start: number, end: number): number {
  let chars = 0;
  for (let at = start; at <= end; at++) chars += (lines[at]?.length ?? 0) + 1;
  return chars;
}

function textsOf(lines: readonly string[], part: { start: number; end: number }): string[] {
  if (part.start < part.end) return [lines.slice(part.start, part.end + 1).join("\n")];
  return cutLine(lines[part.start] ?? "");
}

function cutLine(line: string): string[] {
  if (line.length <= toleratedChars) return [line];
  const texts: string[] = [];
  for (let at = 0; at < line.length;) {
    let end = Math.min(line.length, at + maxChunkChars);
    const space = line.lastIndexOf(" ", end);
    if (end < line.length && space > at + maxChunkChars / 2) end = space + 1;
    // Never between the two halves of a character outside the basic plane.
    else if (end < line.length && /[\uD800-\uDBFF]/.test(line[end - 1] ?? "")) end++;
    const text = line.slice(at, end);
    if (text.trim() !== "") texts.push(text);
    at = end;
  }
  return texts;
}

function chunkOf(segment: Segment, part: { start: number; end: number }, text: string): Chunk {
  return {
    text,
    startLine: part.start + 1,
    endLine: part.end + 1,
    kind: segment.kind,
    symbol: segment.symbol,
    signature: segment.signature,
    doc: segment.doc,
    scope: segment.scope,
  };
}
