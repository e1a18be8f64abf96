import { blocksOf } from "../byte-stream.ts";
import type { FileContent } from "../extracted.ts";

/** Rows of a text, the header among them. Estimated: counted in the first part of the file, and taken as many all through it. */
export interface RowCount {
  readonly rows: number;
  readonly isEstimated: boolean;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const maxCountedBytes = 256_000_000;
const maxQuotedBytes = 1_000_000;

/** Counts lines that are not blank; line ends between quotes do not count where a delimiter says that quotes mean something. */
export async function countRows(file: FileContent, delimiter: string | null): Promise<RowCount> {
  const counter = createCounter(delimiter === null ? null : delimiter.charCodeAt(0));
  const end = Math.min(file.sizeBytes, maxCountedBytes);
  for await (const block of blocksOf(file, 0, end)) counter.push(block);
  const counted = counter.rows();
  if (end === file.sizeBytes) return { rows: counted, isEstimated: false };
  return { rows: Math.round((counted * file.sizeBytes) / end), isEstimated: true };
}

function createCounter(delimiter: number | null): { push(block: Buffer): void; rows(): number } {
  let rows = 0;
  let isBlank = true;
  let isFieldStart = true;
  let isQuoted = false;
  let quotedBytes = 0;
  let quotedRows = 0;
  const pushQuick = (block: Buffer): void => {
    let from = 0;
    for (let at = block.indexOf(lineFeed); at !== -1; at = block.indexOf(lineFeed, from)) {
      const length = at - from - (block[at - 1] === carriageReturn ? 1 : 0);
      if (!isBlank || length > 0) rows++;
      isBlank = true;
      from = at + 1;
    }
    if (from < block.length) isBlank = false;
    const last = block.at(-1);
    isFieldStart = last === lineFeed || last === delimiter;
  };
  const pushSlowly = (block: Buffer): void => {
    // Copies: a variable that functions share is slow to reach for every byte.
    let [found, blank, fieldStart, quoted] = [rows, isBlank, isFieldStart, isQuoted];
    for (const byte of block) {
      if (quoted) {
        if (byte === quote) quoted = false;
        else if (byte === lineFeed) quotedRows++;
        // A quote without its other half: what it seemed to hold are rows.
        if (++quotedBytes > maxQuotedBytes) {
          quoted = false;
          found += quotedRows;
        }
      } else if (byte === lineFeed) {
        if (!blank) found++;
        blank = true;
        fieldStart = true;
      } else if (byte === quote && fieldStart) {
        // A doubled quote ends a field and begins it again, so this may still be its start.
        quoted = true;
        blank = false;
        quotedBytes = 0;
        quotedRows = 0;
      } else {
        if (byte !== carriageReturn) blank = false;
        fieldStart = byte === delimiter;
      }
    }
    [rows, isBlank, isFieldStart, isQuoted] = [found, blank, fieldStart, quoted];
  };
  return {
    push: (block) => {
      if (delimiter === null || (!isQuoted && !block.includes(quote))) pushQuick(block);
      else pushSlowly(block);
    },
    rows: () => rows + (isQuoted ? quotedRows : 0) + (isBlank ? 0 : 1),
  };
}
