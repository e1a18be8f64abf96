import { formatBytes } from "../core/quantities.ts";
import { equalEnd, lineBreaksBefore, type FileBytes, type OpenPair, type PassOptions } from "./compare-bytes.ts";
import { compareTexts, sameWords, type TextCloseness } from "./compare-texts.ts";
import { streamedLayoutDifferences } from "./stream-layout.ts";
import { readWritten } from "./text-layout.ts";

const headBytes = 65_536;
// A secret that begins before the change is known by its beginning.
const marginBytes = 32_768;
const maxPartBytes = 4_000_000;
const minEqualShare = 0.7;

/**
 * The same for texts that are too large to be held whole, of which all is the same before `offset`: whether they are the same but for white
 * space, and else only what lies between the first and the last difference. null: one is no text in UTF-8 or in one byte a letter. Errors: the signal's reason, the file system's.
 */
export async function compareLargeTexts(
  pair: OpenPair,
  { offset, isLayoutMeant = false }: { readonly offset: number; readonly isLayoutMeant?: boolean },
  pass: PassOptions,
): Promise<TextCloseness | null> {
  if (!isPlainText(pair.first) || !isPlainText(pair.second)) return null;
  const layout = await streamedLayoutDifferences(pair, offset, pass);
  if (layout !== null) return { isNear: true, findings: [sameWords(layout, isLayoutMeant)], diff: null };
  const smaller = Math.min(pair.firstBytes, pair.secondBytes);
  const tail = await equalEnd(pair, Math.max(0, smaller - offset), pass);
  const larger = Math.max(pair.firstBytes, pair.secondBytes);
  const equalShare = (offset + tail) / larger;
  const line = (await lineBreaksBefore(pair, offset, pass)) + 1;
  if (larger - tail - offset > maxPartBytes) {
    const span = `Between the first and the last difference lie ${formatBytes(pair.firstBytes - tail - offset)} of the first and ${formatBytes(pair.secondBytes - tail - offset)} of the second: too much for a list of lines.`;
    const finding = `They differ from line ${line.toLocaleString("en-US")} on. ${span}`;
    return { isNear: equalShare >= minEqualShare, findings: [finding], diff: null };
  }
  const from = lineStart(pair.first, offset);
  const first = partOf(pair.first, from, pair.firstBytes - tail);
  const second = partOf(pair.second, from, pair.secondBytes - tail);
  if (first === null || second === null) return null;
  const margin = pair.first.read(from, offset - from);
  const firstLine = line - countBreaks(margin);
  return compareTexts(first, second, { part: { firstLine, equalShare }, isLayoutMeant });
}

function isPlainText(file: FileBytes): boolean {
  const written = readWritten(file.read(0, headBytes));
  return written !== null && !/^UTF-(?:16|32)/.test(written.encoding);
}

/** Where a line begins, some thousand bytes before `offset`; a line that is longer is cut. */
function lineStart(file: FileBytes, offset: number): number {
  const start = Math.max(0, offset - marginBytes);
  if (start === 0) return 0;
  const margin = file.read(start, offset - start);
  const newline = margin.indexOf(10);
  if (newline !== -1) return start + newline + 1;
  // Not in the middle of a character.
  let at = 0;
  while (at < margin.length && ((margin[at] ?? 0) & 0xc0) === 0x80) at++;
  return start + at;
}

function partOf(file: FileBytes, from: number, end: number): ReturnType<typeof readWritten> {
  const bytes = file.read(from, end - from + marginBytes);
  const after = bytes.indexOf(10, end - from);
  // Some lines behind the change, so that it is seen where it stands.
  const lines = after === -1 ? bytes.length : Math.max(after + 1, bytes.lastIndexOf(10) + 1);
  return readWritten(bytes.subarray(0, lines));
}

function countBreaks(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}
