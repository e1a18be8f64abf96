import { asCommonsError } from "../../core/errors.ts";
import type { ConfigDocument } from "../../setup/documents/config-document.ts";
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
  /** What stood there before set-up comes back. */
  readonly isPutBack: boolean;
  readonly madeDirectories: readonly string[];
  readonly update: (record: SetupRecord) => SetupRecord;
}

/**
 * Plans one removal over the text of its file, null where there is none; `backup`: the text as it was before set-up, null where it is not
 * known. Errors: CLIENT_FILE_UNUSABLE.
 */
export function planUndo(undoable: Undoable, text: string | null, backup: string | null = null): UndoPlan {
  if (undoable.kind === "entry") return planEntry(undoable.entry, text, backup);
  if (undoable.kind === "block") return planBlock(undoable, text);
  const { file, format, keys } = undoable;
  const after = openDocument(format, text ?? "").without(keys, { keptTables: keys.length - 1 });
  const change = after === text || text === null ? null : { file, before: text, after };
  return {
    state: change === null ? "gone" : "unrecorded",
    change,
    isPutBack: false,
    madeDirectories: [],
    update: (record) => record,
  };
}

function planEntry(entry: RecordedEntry, text: string | null, backup: string | null): UndoPlan {
  const { file, format, keys, madeFile } = entry;
  const update = (record: SetupRecord) => withoutEntry(record, entry);
  const done = {
    change: null,
    isPutBack: false,
    madeDirectories: madeFile && text === null ? entry.madeDirectories : [],
    update,
  };
  if (text === null) return { ...done, state: "gone" };
  const document = openDocument(format, text);
  const standing = valueAt(document.value(), keys);
  if (standing === undefined) return { ...done, state: "gone" };
  const isSame = isSameValue(standing, entry.value);
  if (!isSame && !(isTable(standing) && startsThisProgram(toServerEntry(keys.at(-1) ?? "", standing))))
    return { ...done, state: "foreign" };
  const rest = backup !== null && isWrittenOver(backup, entry, text) ? backup : withFormer(document, entry);
  const after = madeFile && isBare(rest) ? null : rest;
  return {
    state: isSame ? "asWritten" : "changedSince",
    change: { file, before: text, after },
    isPutBack: entry.former !== undefined,
    madeDirectories: after === null ? entry.madeDirectories : [],
    update,
  };
}

/** Whether the entry is all that the file has more than the backup: then the backup gives back every byte, also of a blank file. */
function isWrittenOver(backup: string, { format, keys, value }: RecordedEntry, text: string): boolean {
  try {
    return openDocument(format, backup).withValue(keys, value) === text;
  } catch (error) {
    // A copy that cannot be edited is not the text that was.
    if (asCommonsError(error).code === "INTERNAL") throw error;
    return false;
  }
}

function withFormer(document: ConfigDocument, { keys, former, keptTables }: RecordedEntry): string {
  return former === undefined
    ? document.without(keys, { keptTables: keptTables ?? 0 })
    : document.withValue(keys, former);
}

function planBlock({ block, leaving }: Extract<Undoable, { kind: "block" }>, text: string | null): UndoPlan {
  const { file, madeFile } = block;
  const staying = block.clients.filter((client) => !leaving.includes(client));
  if (staying.length > 0)
    return {
      state: "stillRead",
      change: null,
      isPutBack: false,
      madeDirectories: [],
      update: (record) => ({
        ...record,
        blocks: record.blocks.map((one) => (one.file === file ? { ...one, clients: staying } : one)),
      }),
    };
  const update = (record: SetupRecord) => withoutRecordedBlock(record, file);
  const rest = text === null ? null : withoutBlock(text);
  if (text === null || rest === text || rest === null)
    return {
      state: "gone",
      change: null,
      isPutBack: false,
      madeDirectories: text === null ? block.madeDirectories : [],
      update,
    };
  const after = madeFile && rest.trim() === "" ? null : rest;
  return {
    state: "asWritten",
    change: { file, before: text, after },
    isPutBack: false,
    madeDirectories: after === null ? block.madeDirectories : [],
    update,
  };
}

/** Nothing but brackets and blanks: no comment of a person either. */
function isBare(text: string): boolean {
  return /^\uFEFF?\s*(?:\{\s*\})?\s*$/.test(text);
}
