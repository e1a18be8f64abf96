import { open } from "node:fs/promises";
import { z } from "zod";
import { homeFailure } from "../config/state-directory.ts";
import { systemErrorCode } from "../core/errors.ts";
import { printableLine } from "./output/printable-text.ts";

const maxTailBytes = 4_000_000;
const levelNames: Readonly<Record<number, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};
const entrySchema = z.looseObject({ level: z.number(), time: z.string(), msg: z.string().default("") });

/** The last lines of a file, oldest first, of at most its last 4 MB; null when there is no file. Errors: HOME_UNUSABLE. */
export async function tailLines(file: string, count: number): Promise<string[] | null> {
  try {
    await using handle = await open(file, "r");
    const { size } = await handle.stat();
    const start = Math.max(0, size - maxTailBytes);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(size - start), position: start });
    const lines = buffer.subarray(0, bytesRead).toString("utf8").split("\n");
    if (start > 0) lines.shift();
    return lines.filter((line) => line !== "").slice(-count);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw homeFailure(file, error);
  }
}

/** "2026-11-22T15:53:34.120Z info  listening version=0.1.0": an entry of the log for people; other lines as they are. */
export function readableLogLine(line: string): string {
  const parsed = entrySchema.safeParse(parseJson(line));
  if (!parsed.success) return printableLine(line);
  const { level, time, msg, ...rest } = parsed.data;
  const fields = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return printableLine(`${time} ${(levelNames[level] ?? String(level)).padEnd(5)} ${[msg, ...fields].join(" ")}`);
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // What a crashing process wrote is no JSON, and just that must be shown.
    return null;
  }
}
