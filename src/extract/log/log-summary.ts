import type { FileContent } from "../extracted.ts";
import { megabytes, quantity } from "../quantity.ts";

export interface LogSummary {
  add(line: string): void;
  readonly lines: number;
  /** Lines of each level, as "ERROR"; only those that occur. */
  readonly levels: ReadonlyMap<string, number>;
  /** As the log writes them. */
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  /** Error lines that differ in numbers only count as one; the first of each, the commonest first. */
  errors(): readonly { readonly line: string; readonly count: number }[];
}

const maxErrors = 2_000;
const shownErrors = 15;
const maxLineChars = 400;
// Levels and times stand at the beginning of a line.
const headChars = 160;
const levelPattern = /\b(FATAL|CRIT(?:ICAL)?|ERR(?:OR)?|SEVERE|WARN(?:ING)?|NOTICE|INFO|DEBUG|TRACE)\b/i;
const levelNames: Readonly<Record<string, string>> = {
  CRIT: "FATAL",
  CRITICAL: "FATAL",
  ERR: "ERROR",
  SEVERE: "ERROR",
  WARNING: "WARN",
  NOTICE: "INFO",
};
const timePattern =
  /\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?|\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d/;

export function createLogSummary(): LogSummary {
  const levels = new Map<string, number>();
  const errors = new Map<string, { line: string; count: number }>();
  let lines = 0;
  let firstTime: string | null = null;
  let lastTime: string | null = null;
  return {
    add: (line) => {
      lines++;
      const head = line.slice(0, headChars);
      const found = levelPattern.exec(head)?.[1]?.toUpperCase();
      const level = found === undefined ? undefined : (levelNames[found] ?? found);
      if (level !== undefined) levels.set(level, (levels.get(level) ?? 0) + 1);
      if (level === "ERROR" || level === "FATAL") addError(errors, line);
      // The end of a range is one line's time, so each has to be looked at.
      const time = timePattern.exec(head)?.[0];
      if (time === undefined) return;
      firstTime ??= time;
      lastTime = time;
    },
    get lines() {
      return lines;
    },
    levels,
    get firstTime() {
      return firstTime;
    },
    get lastTime() {
      return lastTime;
    },
    errors: () => [...errors.values()].toSorted((a, b) => b.count - a.count).slice(0, shownErrors),
  };
}

/** A few lines for people; `bytesRead` where that is not all of the file. */
export function summaryText(file: FileContent, summary: LogSummary, bytesRead: number | null): string {
  const times = summary.firstTime === null ? "" : `, from ${summary.firstTime} to ${summary.lastTime ?? ""}`;
  const part = bytesRead === null ? "" : ` in the first ${megabytes(bytesRead)} of ${megabytes(file.sizeBytes)}`;
  const levels = [...summary.levels].map(([level, count]) => `${level} ${count.toLocaleString("en-US")}`).join(", ");
  const errors = summary.errors();
  return [
    file.path,
    `Log: ${quantity(summary.lines, "line")}${part}${times}.`,
    ...(levels === "" ? [] : [`Levels: ${levels}`]),
    ...(errors.length === 0 ? [] : ["Errors that occur most:"]),
    ...errors.map(({ line, count }) => `${count.toLocaleString("en-US")} x ${line}`),
    "",
  ].join("\n");
}

function addError(errors: Map<string, { line: string; count: number }>, line: string): void {
  const shown = line.slice(0, maxLineChars);
  // Times, addresses and numbers differ from line to line; what is left is what happened.
  const key = shown.replace(timePattern, "").replace(/\b(?:0x)?[\da-f]{8,}\b|\d+/gi, "#");
  const known = errors.get(key);
  if (known !== undefined) known.count++;
  else if (errors.size < maxErrors) errors.set(key, { line: shown.replaceAll("\0", " ").toWellFormed(), count: 1 });
}
