import { isSameValue, isTable, valueAt } from "../../setup/documents/config-values.ts";
import { openDocument } from "../../setup/documents/open-document.ts";
import type { FileChange } from "../../setup/file-change.ts";
import { withoutBlock } from "../../setup/instructions-block.ts";
import type { ConfigFormat } from "../../setup/client-adapter.ts";
import { withoutEntry, withoutRecordedBlock } from "../../setup/record.ts";
import { startsThisProgram, toServerEntry } from "../../setup/server-entry.ts";
import type { RecordedBlock, RecordedEntry, SetupRecord } from "../../setup/setup-record.ts";

/** What may be taken out of one file. */
export type Undoable =
  | { readonly kind: "entry"; readonly entry: RecordedEntry }
  /** It starts this program, and no record says that set-up wrote it. */
  | {
      readonly kind: "unrecorded";
      readonly client: string;
      readonly file: string;
      readonly format: ConfigFormat;
      readonly keys: readonly string[];
    }
  /** A block of which some readers go; it stays while others are left. */
  | { readonly kind: "block"; readonly block: RecordedBlock; readonly leaving: readonly string[] };

/** How it stands there now. */
export type UndoState = "asWritten" | "changedSince" | "unrecorded" | "foreign" | "gone" | "stillRead";

export interface UndoPlan {
  readonly state: UndoState;
  /** null: the file stays as it is. */
  readonly change: FileChange | null;
  readonly madeDirectories: readonly string[];
  readonly update: (record: SetupRecord) => SetupRecord;
}

/** Plans one removal over the text of its file, null where there is none. Errors: CLIENT_FILE_UNUSABLE. */
export function planUndo(undoable: Undoable, text: string | null): UndoPlan {
  if (undoable.kind === "entry") return planEntry(undoable.entry, text);
  if (undoable.kind === "block") return planBlock(undoable, text);
  const { file, format, keys } = undoable;
  const after = openDocument(format, text ?? "").without(keys, { keptTables: keys.length - 1 });
  const change = after === text || text === null ? null : { file, before: text, after };
  return {
    state: change === null ? "gone" : "unrecorded",
    change,
    madeDirectories: [],
    update: (record) => record,
  };
}

function planEntry(entry: RecordedEntry, text: string | null): UndoPlan {
  const { file, format, keys, madeFile } = entry;
  const update = (record: SetupRecord) => withoutEntry(record, entry);
  const done = { change: null, madeDirectories: madeFile && text === null ? entry.madeDirectories : [], update };
  if (text === null) return { ...done, state: "gone" };
  const document = openDocument(format, text);
  const standing = valueAt(document.value(), keys);
  if (standing === undefined) return { ...done, state: "gone" };
  const isSame = isSameValue(standing, entry.value);
  if (!isSame && !(isTable(standing) && startsThisProgram(toServerEntry(keys.at(-1) ?? "", standing))))
    return { ...done, state: "foreign" };
  const rest = document.without(keys, { keptTables: entry.keptTables ?? 0 });
  const after = madeFile && isBare(rest) ? null : rest;
  return {
    state: isSame ? "asWritten" : "changedSince",
    change: { file, before: text, after },
    madeDirectories: after === null ? entry.madeDirectories : [],
    update,
  };
}

function planBlock({ block, leaving }: Extract<Undoable, { kind: "block" }>, text: string | null): UndoPlan {
  const { file, madeFile } = block;
  const staying = block.clients.filter((client) => !leaving.includes(client));
  if (staying.length > 0)
    return {
      state: "stillRead",
      change: null,
      madeDirectories: [],
      update: (record) => ({
        ...record,
        blocks: record.blocks.map((one) => (one.file === file ? { ...one, clients: staying } : one)),
      }),
    };
  const update = (record: SetupRecord) => withoutRecordedBlock(record, file);
  const rest = text === null ? null : withoutBlock(text);
  if (text === null || rest === text || rest === null)
    return { state: "gone", change: null, madeDirectories: text === null ? block.madeDirectories : [], update };
  const after = madeFile && rest.trim() === "" ? null : rest;
  return {
    state: "asWritten",
    change: { file, before: text, after },
    madeDirectories: after === null ? block.madeDirectories : [],
    update,
  };
}

/** Nothing but brackets and blanks: no comment of a person either. */
function isBare(text: string): boolean {
  return /^\uFEFF?\s*(?:\{\s*\})?\s*$/.test(text);
}
