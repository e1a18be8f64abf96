import { readFileSync } from "node:fs";

const mostLines = 20;
const mostCharacters = 500;
/** As pino numbers its levels. */
const errorLevel = 50;

/** The last error in the hub's log, in words; "" where its last lines have none, or it cannot be read: it only adds to another error. */
export function hubLastWords(file: string): string {
  try {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-mostLines);
    const errors = lines.flatMap((line) => errorOf(line) ?? []);
    return errors.at(-1)?.slice(0, mostCharacters) ?? "";
  } catch {
    return "";
  }
}

/** null for a line that tells of no error. Node ends its own reports of a crash with its version. */
function errorOf(line: string): string | null {
  const entry = asEntry(line);
  if (entry === null) return /\b[A-Z_]{5,}: |Error\b/.test(line) ? line : null;
  return entry.level >= errorLevel ? [entry.text, entry.cause].filter(Boolean).join(": ") : null;
}

/** A line of the hub's log while it runs; null for what a dying process writes. */
function asEntry(line: string): { readonly level: number; readonly text: string; readonly cause: string } | null {
  if (!line.startsWith("{")) return null;
  try {
    // Safe: each value is looked at before it is used.
    const { level, msg, err } = JSON.parse(line) as { level?: unknown; msg?: unknown; err?: { message?: unknown } };
    return { level: typeof level === "number" ? level : 0, text: asText(msg), cause: asText(err?.message) };
  } catch {
    return null;
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}
