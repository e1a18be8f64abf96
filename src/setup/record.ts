import { join } from "node:path";
import { z } from "zod";
import { homeFailure, makeStateDirectory } from "../config/state-directory.ts";
import { CommonsError } from "../core/errors.ts";
import type { ConfigValue } from "./client-adapter.ts";
import { readPlainFile } from "./plain-file.ts";
import { startsThisProgram, toServerEntry } from "./server-entry.ts";
import type { RecordedBlock, RecordedEntry, SetupRecord } from "./setup-record.ts";
import { writeWholeFile } from "./whole-file.ts";

const configValue: z.ZodType<ConfigValue> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(configValue), z.record(z.string(), configValue)]),
);

const madeFiles = {
  file: z.string(),
  madeFile: z.boolean(),
  madeDirectories: z.array(z.string()),
  backup: z.string().nullable(),
  writtenAt: z.number(),
};

const recordSchema = z.object({
  version: z.literal(1),
  entries: z.array(
    z.object({
      ...madeFiles,
      client: z.string(),
      scope: z.enum(["user", "project"]),
      format: z.enum(["toml", "jsonc", "yaml"]),
      keys: z.array(z.string()).min(1),
      value: configValue,
      former: configValue.optional(),
      keptTables: z.number().int().min(0).default(0),
    }),
  ),
  blocks: z.array(z.object({ ...madeFiles, clients: z.array(z.string()) })),
});

/** Where the record of set-up stands. */
export const setupRecordFile = (home: string): string => join(home, "setup.json");

/** What set-up wrote so far; empty when there is no record. Errors: HOME_UNUSABLE for one that is damaged or newer: it is left as it is. */
export async function loadSetupRecord(home: string): Promise<SetupRecord> {
  const file = setupRecordFile(home);
  const text = await textOf(file);
  if (text === null) return { version: 1, entries: [], blocks: [] };
  const parsed = recordSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw isNewer(text)
    ? recordProblem(file, "was written by a newer version of commons", "Use that version.")
    : recordProblem(
        file,
        "is damaged",
        "Move it away; then remove what set-up wrote by hand, or run commons setup again.",
      );
}

/** Writes the record whole, for the user alone. Call it inside of `withSetupLock`. Errors: HOME_UNUSABLE, DISK_FULL. */
export async function saveSetupRecord(home: string, record: SetupRecord): Promise<void> {
  const file = setupRecordFile(home);
  try {
    makeStateDirectory(home);
    await writeWholeFile(file, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw homeFailure(file, error);
  }
}

/**
 * The record with the entry in the place of one at the same file and keys. What the first writing knew of the file before it stays: it is
 * what uninstall goes back to.
 */
export function withEntry(record: SetupRecord, entry: RecordedEntry): SetupRecord {
  const earlier = record.entries.find((other) => isSamePlace(other, entry));
  const others = record.entries.filter((other) => !isSamePlace(other, entry));
  const kept =
    earlier === undefined
      ? entry
      : {
          ...entry,
          ...firstOf(earlier, entry),
          former: formerOf(earlier, entry),
          keptTables: earlier.keptTables ?? 0,
        };
  return { ...record, entries: [...others, kept] };
}

/** The record without what stands at the entry's file and keys. */
export function withoutEntry(record: SetupRecord, entry: Pick<RecordedEntry, "file" | "keys">): SetupRecord {
  return { ...record, entries: record.entries.filter((other) => !isSamePlace(other, entry)) };
}

/** The record with the block in the place of one in the same file; the agents of both read it. */
export function withRecordedBlock(record: SetupRecord, block: RecordedBlock): SetupRecord {
  const earlier = record.blocks.find(({ file }) => file === block.file);
  const others = record.blocks.filter(({ file }) => file !== block.file);
  const clients = [...new Set([...(earlier?.clients ?? []), ...block.clients])];
  const kept = earlier === undefined ? block : { ...block, ...firstOf(earlier, block) };
  return { ...record, blocks: [...others, { ...kept, clients }] };
}

export function withoutRecordedBlock(record: SetupRecord, file: string): SetupRecord {
  return { ...record, blocks: record.blocks.filter((block) => block.file !== file) };
}

function isSamePlace(a: Pick<RecordedEntry, "file" | "keys">, b: Pick<RecordedEntry, "file" | "keys">): boolean {
  return a.file === b.file && a.keys.length === b.keys.length && a.keys.every((key, index) => key === b.keys[index]);
}

/** What was ours already had its former value; what a person put there since takes its place. */
function formerOf(earlier: RecordedEntry, { former, keys }: RecordedEntry): ConfigValue | undefined {
  const isOurs = former !== undefined && startsThisProgram(toServerEntry(keys.at(-1) ?? "", former));
  return isOurs ? earlier.former : former;
}

type MadeFiles = Pick<RecordedEntry, "madeFile" | "madeDirectories" | "backup">;

/** Of the first writing; a file that was made anew since counts as made. */
function firstOf(earlier: MadeFiles, later: MadeFiles): MadeFiles {
  if (later.madeFile) return { madeFile: true, madeDirectories: unionOf(earlier, later), backup: null };
  return { madeFile: earlier.madeFile, madeDirectories: earlier.madeDirectories, backup: earlier.backup };
}

const unionOf = (a: MadeFiles, b: MadeFiles): string[] =>
  [...new Set([...a.madeDirectories, ...b.madeDirectories])].toSorted((left, right) => left.length - right.length);

async function textOf(file: string): Promise<string | null> {
  try {
    return (await readPlainFile(file))?.text ?? null;
  } catch (error) {
    throw recordProblem(file, "cannot be read", "Look at what stands there, or move it away.", error);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON is no record either: the schema says so.
    return undefined;
  }
}

function isNewer(text: string): boolean {
  const parsed = z.object({ version: z.number().min(2) }).safeParse(parseJson(text));
  return parsed.success;
}

function recordProblem(file: string, fact: string, nextStep: string, cause?: unknown): CommonsError {
  return new CommonsError("HOME_UNUSABLE", `The record of set-up, ${file}, ${fact}.`, {
    hint: `${nextStep} Nothing was changed.`,
    ...(cause === undefined ? {} : { cause }),
  });
}
