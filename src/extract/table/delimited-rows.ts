/** A row with its place in the text: characters from `start` to `end`, lines from 1. */
export interface DelimitedRow {
  readonly fields: readonly string[];
  readonly start: number;
  readonly end: number;
  readonly firstLine: number;
  readonly lastLine: number;
}

// A quote that nothing closes is a quote and no beginning.
const maxQuotedChars = 100_000;
const maxFields = 20_000;

/** The rows of a text, without blank ones. Quoted fields may hold delimiters, line ends and doubled quotes (RFC 4180). */
export function* readRows(text: string, delimiter: string): Generator<DelimitedRow> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const start = at;
    const firstLine = line;
    const fields: string[] = [];
    for (;;) {
      const field = readField(text, at, delimiter);
      if (fields.length < maxFields) fields.push(field.value);
      line += field.lineBreaks;
      at = field.end;
      if (text[at] !== delimiter) break;
      at++;
    }
    if (fields.length > 1 || fields[0] !== "") yield { fields, start, end: at, firstLine, lastLine: line };
    at++;
    line++;
  }
}

/** The delimiter that cuts the first rows into the most fields of the same number. */
export function findDelimiter(text: string, usual: string): string {
  const head = text.slice(0, 20_000);
  let best = { delimiter: usual, score: 0 };
  for (const delimiter of [usual, ",", ";", "\t", "|"]) {
    const counts: number[] = [];
    for (const row of readRows(head, delimiter)) {
      // The last row may be cut.
      if (row.end >= head.length && counts.length > 0) break;
      if (counts.push(row.fields.length) >= 20) break;
    }
    const [columns = 1] = counts;
    const score = columns < 2 ? 0 : counts.filter((count) => count === columns).length / counts.length + columns / 1e6;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function readField(text: string, start: number, delimiter: string): { value: string; end: number; lineBreaks: number } {
  const quoted = text[start] === '"' ? closingQuote(text, start + 1) : -1;
  const from = quoted === -1 ? start : quoted + 1;
  let end = from;
  // One character after the other: what is searched for further ahead would be searched for again by every field.
  while (end < text.length && text[end] !== delimiter && text[end] !== "\n") end++;
  if (quoted === -1) return { value: text.slice(start, end), end, lineBreaks: 0 };
  const value = text.slice(start + 1, quoted).replaceAll('""', '"') + text.slice(from, end);
  return { value, end, lineBreaks: lineBreaksIn(text, start, quoted) };
}

function closingQuote(text: string, start: number): number {
  for (let at = text.indexOf('"', start); at !== -1 && at - start < maxQuotedChars; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}

function lineBreaksIn(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) if (text[at] === "\n") count++;
  return count;
}
