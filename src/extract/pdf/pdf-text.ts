import type { PDFPageProxy } from "unpdf/pdfjs";

/** A run of characters as pdf.js places it; lengths in points, upwards. */
export interface PlacedText {
  readonly str: string;
  readonly hasEOL: boolean;
  readonly height: number;
  /** Of the baseline. */
  readonly y: number;
}

interface Line {
  readonly text: string;
  readonly y: number;
  readonly height: number;
}

// A line's distance to the next, in line heights and in the page's usual distances, from which a new paragraph is meant.
const minGapInHeights = 1.4;
const minGapInLines = 1.3;

/** The text of a page in the order of its content; "" when there is none. Errors: those of pdf.js for a broken page. */
export async function readPageText(
  page: PDFPageProxy,
  { maxChars, deadline }: { maxChars: number; deadline: number },
): Promise<string> {
  const items: PlacedText[] = [];
  let chars = 0;
  // Safe: pdf.js documents the pieces of this stream so; items that are not text have no `str`.
  const reader = page.streamTextContent().getReader() as ReadableStreamDefaultReader<{ items: readonly object[] }>;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    for (const item of piece.value.items) {
      if (!("str" in item)) continue;
      // Safe: as above.
      const { str, hasEOL, height, transform } = item as {
        str: string;
        hasEOL: boolean;
        height: number;
        transform: number[];
      };
      chars += str.length + 1;
      items.push({ str, hasEOL, height: height || Math.abs(transform[3] ?? 0), y: transform[5] ?? 0 });
    }
    if (chars > maxChars || performance.now() > deadline) {
      await reader.cancel(new Error("enough"));
      break;
    }
  }
  return layOut(items).slice(0, maxChars).toWellFormed();
}

/** Runs of text as lines and paragraphs; words that a line's end divides are put together. */
export function layOut(items: readonly PlacedText[]): string {
  const lines = linesOf(items);
  const usualGap = medianGap(lines);
  const texts: string[] = [];
  let previous: Line | null = null;
  for (const line of lines) {
    if (previous !== null && beginsParagraph(previous, line, usualGap)) texts.push("");
    texts.push(line.text);
    previous = line;
  }
  return joinHyphenated(texts).join("\n").trim();
}

function linesOf(items: readonly PlacedText[]): Line[] {
  const lines: Line[] = [];
  let text = "";
  let y = 0;
  let height = 0;
  const finish = (): void => {
    // Control characters come from fonts without a table of their characters.
    const clean = text.replaceAll(/[\p{Cc}\s]+/gu, " ").trimEnd();
    if (clean.trim() !== "") lines.push({ text: clean, y, height });
    text = "";
    height = 0;
  };
  for (const item of items) {
    if (text === "") y = item.y;
    text += item.str;
    if (item.str.trim() !== "") height = Math.max(height, item.height);
    if (item.hasEOL) finish();
  }
  finish();
  return lines;
}

function medianGap(lines: readonly Line[]): number {
  const gaps = lines
    .slice(1)
    .map((line, index) => (lines[index]?.y ?? 0) - line.y)
    .filter((gap) => gap > 0)
    .toSorted((a, b) => a - b);
  return gaps[Math.floor((gaps.length - 1) / 2)] ?? 0;
}

function beginsParagraph(previous: Line, line: Line, usualGap: number): boolean {
  const gap = previous.y - line.y;
  // Upwards: the next column, or a box beside the text.
  if (gap < -line.height) return true;
  return gap > minGapInHeights * Math.max(previous.height, line.height) && gap > minGapInLines * usualGap;
}

function joinHyphenated(lines: readonly string[]): string[] {
  const joined: string[] = [];
  for (const line of lines) {
    const last = joined.at(-1);
    const word = /^\s*(\p{Ll}\S*)\s*/u.exec(line);
    if (last === undefined || word === null || !/\p{L}[-\u00AD\u2010]$/u.test(last)) {
      joined.push(line);
      continue;
    }
    joined[joined.length - 1] = last.slice(0, -1) + (word[1] ?? "");
    const rest = line.slice(word[0].length);
    if (rest !== "") joined.push(rest);
  }
  return joined;
}
