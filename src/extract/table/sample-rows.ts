import type { TextPart } from "../extracted.ts";

/** A row as it stands in the file. */
export interface SampleRow {
  readonly text: string;
  readonly firstLine: number;
  readonly lastLine: number;
}

// Rows of one table look alike: the head says what the table is, and the rest would crowd out everything else in a search.
export const maxSampleRows = 200;
const maxSampleChars = 60_000;
const maxRowChars = 2_000;
const partRows = 50;
const partChars = 3_500;

/** Parts of some fifty rows each, and how many rows they hold: at most 60,000 characters; long rows are cut. */
export function sampleParts(rows: readonly SampleRow[], signature: string | null): { parts: TextPart[]; rows: number } {
  const parts: TextPart[] = [];
  let open: SampleRow[] = [];
  let chars = 0;
  let total = 0;
  let kept = 0;
  const close = (): void => {
    const [first, last] = [open[0], open.at(-1)];
    if (first === undefined || last === undefined) return;
    const text = `${open.map((row) => row.text).join("\n")}\n`;
    parts.push({
      text,
      start: first.firstLine,
      end: last.lastLine,
      kind: "record",
      symbol: null,
      signature,
      doc: null,
      scope: [],
    });
    [open, chars] = [[], 0];
  };
  for (const row of rows) {
    const text = shortened(row.text);
    if (total + text.length > maxSampleChars && kept > 0) break;
    if (open.length >= partRows || (chars + text.length > partChars && open.length > 0)) close();
    open.push({ ...row, text });
    chars += text.length + 1;
    total += text.length + 1;
    kept++;
  }
  close();
  return { parts, rows: kept };
}

function shortened(text: string): string {
  const clean = text.replaceAll("\0", " ").toWellFormed();
  return clean.length <= maxRowChars ? clean : `${clean.slice(0, maxRowChars).toWellFormed()} ...`;
}
