import { homePaths } from "../../config/load-settings.ts";
import { requireOwnHome } from "../../config/state-directory.ts";
import { applyChange, removeDirectories } from "../../setup/apply-change.ts";
import { backupDirectory } from "../../setup/backups.ts";
import type { SetupScope } from "../../setup/client-adapter.ts";
import type { AppliedChange, FileChange } from "../../setup/file-change.ts";
import { readPlainFile, resolveLinks } from "../../setup/plain-file.ts";
import { loadSetupRecord, saveSetupRecord, withEntry, withRecordedBlock } from "../../setup/record.ts";
import { withSetupLock } from "../../setup/setup-lock.ts";
import type { RecordedBlock, RecordedEntry, SetupRecord } from "../../setup/setup-record.ts";

type Made = Pick<RecordedEntry, "file" | "madeFile" | "madeDirectories" | "backup" | "writtenAt">;

export interface AfterUndo {
  /** Directories that set-up made, outermost first. */
  readonly madeDirectories: readonly string[];
  readonly update: (record: SetupRecord) => SetupRecord;
}

/** Agents' files and the record of what was written into them, which always change together, under the lock of set-up. */
export interface SetupFiles {
  readonly home: string;
  readonly backups: string;
  /** null: there is no such file. Errors: CLIENT_FILE_UNUSABLE. */
  read(file: string): Promise<{ readonly text: string | null; readonly realFile: string }>;
  record(): Promise<SetupRecord>;
  /** Makes the change and records the entry. Errors: CLIENT_FILE_UNUSABLE, HOME_UNUSABLE, DISK_FULL. */
  writeEntry(change: FileChange, entry: Omit<RecordedEntry, keyof Made>): Promise<AppliedChange>;
  writeBlock(
    change: FileChange,
    block: Pick<RecordedBlock, "clients"> & { readonly scope: SetupScope },
  ): Promise<AppliedChange>;
  /** Records that those agents read the block that stands in the file (links resolved), whoever wrote it. */
  recordReaders(file: string, clients: readonly string[]): Promise<void>;
  /** Makes the change that undoes what was written, null where nothing is left to undo, removes directories that are empty then, and records that. */
  undo(change: FileChange | null, after: AfterUndo): Promise<void>;
}

export function openSetupFiles(env: NodeJS.ProcessEnv): SetupFiles {
  const { home } = homePaths(env);
  const write = (change: FileChange, scope: SetupScope, update: (record: SetupRecord, made: Made) => SetupRecord) =>
    withSetupLock(home, async () => {
      requireOwnHome(home);
      // A record that cannot be kept must be known before the file is changed.
      const record = await loadSetupRecord(home);
      const applied = await applyChange(change, { home, isShared: scope === "project" });
      await saveSetupRecord(home, update(record, { ...applied, writtenAt: Date.now() }));
      return applied;
    });
  return {
    home,
    backups: backupDirectory(home),
    async read(file) {
      const found = await readPlainFile(file);
      return found === null
        ? { text: null, realFile: await resolveLinks(file) }
        : { text: found.text, realFile: found.file };
    },
    record: () => loadSetupRecord(home),
    writeEntry: (change, entry) =>
      write(change, entry.scope, (record, made) => withEntry(record, { ...entry, ...made })),
    writeBlock: (change, { clients, scope }) =>
      write(change, scope, (record, made) => withRecordedBlock(record, { clients, ...made })),
    recordReaders: (file, clients) =>
      withSetupLock(home, async () => {
        requireOwnHome(home);
        const record = await loadSetupRecord(home);
        const known = record.blocks.find((block) => block.file === file)?.clients ?? [];
        if (clients.every((client) => known.includes(client))) return;
        const found = { file, madeFile: false, madeDirectories: [], backup: null, writtenAt: Date.now() };
        await saveSetupRecord(home, withRecordedBlock(record, { clients, ...found }));
      }),
    undo: (change, { madeDirectories, update }) =>
      withSetupLock(home, async () => {
        requireOwnHome(home);
        const record = await loadSetupRecord(home);
        if (change !== null) await applyChange(change, { home });
        await removeDirectories(madeDirectories);
        const updated = update(record);
        if (updated !== record) await saveSetupRecord(home, updated);
      }),
  };
}
