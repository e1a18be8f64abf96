import { decodeText } from "./decode.ts";
import type { Extracted, FileContent, FileType, TextPart } from "./extracted.ts";
import { decodeBytes, linesOf, splitLines } from "./line-stream.ts";
import { createLogSummary, summaryText } from "./log/log-summary.ts";
import { sampleParts, type SampleRow } from "./table/sample-rows.ts";

const maxLogBytes = 64_000_000;
const wholeLines = 300;
const headLines = 100;
const tailLines = 150;
const tailBytes = 65_536;
// Of lines in one window, on the average.
const windowBytes = 4_000;

/**
 * A log as it stands up to some 300 lines; of a longer one its first and last lines. In front: levels, times and the errors that occur
 * most. Lines are judged in the first 64 MB. Skipped: binary files.
 */
async function extractLog(file: FileContent): Promise<Extracted> {
  if (decodeText(await file.read(0, 65_536)).kind === "binary") return { kind: "skipped", reason: "binary" };
  const summary = createLogSummary();
  const head: SampleRow[] = [];
  let tail: SampleRow[] = [];
  let lineNumber = 0;
  for await (const lines of linesOf(file, maxLogBytes)) {
    for (const text of lines) {
      lineNumber++;
      if (text.trim() === "") continue;
      summary.add(text);
      const row = { text, firstLine: lineNumber, lastLine: lineNumber };
      if (head.length < headLines) head.push(row);
      else tail.push(row);
    }
    if (tail.length > wholeLines) tail = tail.slice(-wholeLines);
  }
  if (summary.lines === 0) return { kind: "skipped", reason: "empty" };
  const isCut = file.sizeBytes > maxLogBytes;
  const keepsAll = !isCut && summary.lines <= wholeLines;
  const last = isCut ? await lastRows(file, lineNumber) : tail.slice(-(keepsAll ? wholeLines : tailLines));
  const [first, end] = [partsOf(head), partsOf(last)];
  const left = summary.lines - first.rows - end.rows;
  const text = summaryText(file, summary, isCut ? maxLogBytes : null);
  const symbol = file.path.slice(file.path.lastIndexOf("/") + 1);
  const overview = { text, start: 1, end: 1, kind: "record", symbol, signature: null, doc: null, scope: [] } as const;
  return {
    kind: "parts",
    unit: "line",
    parts: [overview, ...first.parts, ...end.parts],
    metadata: {
      lines: summary.lines,
      ...(isCut ? { isPartial: true } : {}),
      ...(left > 0 ? { linesLeftOut: left } : {}),
      ...Object.fromEntries([...summary.levels].map(([level, count]) => [`${level.toLowerCase()}Lines`, count])),
      ...(summary.firstTime === null ? {} : { firstTime: summary.firstTime }),
      ...(summary.lastTime === null ? {} : { lastTime: summary.lastTime }),
    },
  };
}

/** The end of a log that is not read through: its lines have no numbers, so they stand after the last one that has. */
async function lastRows(file: FileContent, lineNumber: number): Promise<SampleRow[]> {
  const bytes = await file.read(file.sizeBytes - tailBytes, tailBytes);
  const lines = splitLines(decodeBytes(bytes)).slice(1);
  return lines
    .filter((text) => text.trim() !== "")
    .slice(-tailLines)
    .map((text) => ({ text, firstLine: lineNumber + 1, lastLine: lineNumber + 1 }));
}

function partsOf(rows: readonly SampleRow[]): { parts: TextPart[]; rows: number } {
  const { parts, rows: kept } = sampleParts(rows, null);
  return { parts: parts.map((part) => ({ ...part, kind: "window" })), rows: kept };
}

/** The overview, and the lines that are kept in windows. */
function expectedChunks(head: string, sizeBytes: number): number {
  const lineBytes = head.length / Math.max(1, head.split("\n").length - 1);
  return 1 + Math.ceil(Math.min(sizeBytes, lineBytes * (headLines + tailLines)) / windowBytes);
}

export const logTypes: readonly FileType[] = [
  {
    id: "log",
    category: "data",
    language: null,
    extensions: ["log"],
    fileNames: ["syslog"],
    extracts:
      "Short logs whole; of long ones the first and last lines, the levels, the times and the commonest errors.",
    extractor: { reads: "ranges", extract: extractLog },
    expectedChunks,
    version: "log-1",
  },
];
