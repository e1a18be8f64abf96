import type { ConfigFormat, ConfigValue, SetupScope } from "./client-adapter.ts";

/** What set-up wrote, so that uninstall removes exactly that: `<home>/setup.json`. */
export interface SetupRecord {
  readonly version: 1;
  readonly entries: readonly RecordedEntry[];
  readonly blocks: readonly RecordedBlock[];
}

export interface RecordedEntry {
  /** The adapter's id. */
  readonly client: string;
  readonly scope: SetupScope;
  /** Absolute; the file itself where the agent's path is a link. */
  readonly file: string;
  readonly format: ConfigFormat;
  /** The keys that lead to the entry, its name last. */
  readonly keys: readonly string[];
  /** As it was written; what a person changed since is told apart by it. */
  readonly value: ConfigValue;
  /** What stood at the keys before set-up, a person's own or another server's: uninstall puts it back. Left out: nothing stood there. */
  readonly former?: ConfigValue | undefined;
  /** How many of the tables that lead to the entry stood there before (`standingTables`): `without` leaves those though they are empty. */
  readonly keptTables?: number;
  /** The file did not exist before: it goes when nothing else stands in it. */
  readonly madeFile: boolean;
  /** Directories that were made for it, outermost first; they go when they are empty. */
  readonly madeDirectories: readonly string[];
  /** Where the file as it was before is kept; null when there was none. */
  readonly backup: string | null;
  /** Epoch ms. */
  readonly writtenAt: number;
}

/** A managed block in an agent's instructions file (AGENTS.md, CLAUDE.md, GEMINI.md). */
export interface RecordedBlock {
  readonly file: string;
  readonly clients: readonly string[];
  readonly madeFile: boolean;
  readonly madeDirectories: readonly string[];
  readonly backup: string | null;
  readonly writtenAt: number;
}
