import type { ChunkKind } from "../core/document.ts";
import { cutRange, type Chunker, type Segment } from "./segments.ts";

export const windowsVersion = "windows-1";

/** A segment without a name. */
export function plainSegment(
  range: { start: number; end: number },
  kind: ChunkKind,
  scope: readonly string[] = [],
): Segment {
  return { start: range.start, end: range.end, kind, symbol: null, signature: null, doc: null, scope };
}

/** Windows of 30 to 60 lines without overlap, cut at blank lines: for text whose structure we do not know. */
export const cutWindows: Chunker = (lines) =>
  cutRange(lines, { start: 0, end: lines.length - 1 }).map((range) => plainSegment(range, "window"));
