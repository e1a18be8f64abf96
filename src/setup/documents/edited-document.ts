import { CommonsError } from "../../core/errors.ts";
import type { ConfigFormat, ConfigTable, ConfigValue } from "../client-adapter.ts";
import type { ConfigDocument } from "./config-document.ts";
import { isSameValue, isTable, isTableOrNull, isWithin, replaceAt, valueAt } from "./config-values.ts";

const byteOrderMark = "\uFEFF";

/** What compares and replaces values descends by recursion; agents' files have some ten levels. */
const deepestLevel = 500;

/** What a format can do to its text. Texts have no byte order mark. */
export interface FormatEditor {
  readonly format: ConfigFormat;
  /** UTF-16 units that the parser takes within some seconds and some hundred MB. */
  readonly largestLength: number;
  /** Errors: CLIENT_FILE_UNUSABLE with line and column; a RangeError where a parser that descends by recursion runs out of room. */
  read(text: string): ConfigTable;
  /** Puts a value where the keys lead, whatever stood there; `depth`: that many of the keys lead to the whole entry. */
  put(text: string, place: PutPlace): string;
  /** Takes away all that stands at the keys, and emptied tables above them that are deeper than `keptTables`. */
  remove(text: string, keys: readonly string[], keptTables: number): string;
}

export interface PutPlace {
  readonly keys: readonly string[];
  readonly value: ConfigValue;
  /** How many of the keys lead to the entry itself: what is below it is part of its own form. */
  readonly entryDepth: number;
}

/** The same flow for every format: say what differs, change only that, and check that nothing else changed its meaning. */
export function editedDocument(editor: FormatEditor, whole: string): ConfigDocument {
  const mark = whole.startsWith(byteOrderMark) ? byteOrderMark : "";
  const text = whole.slice(mark.length);
  if (text.length > editor.largestLength) throw tooLong(editor);
  const table = readShallow(editor, text);
  return {
    format: editor.format,
    text: whole,
    value: () => table,
    withValue: (keys, value) => mark + withValue(editor, { text, table, keys, value }),
    without: (keys, options = {}) => {
      if (valueAt(table, keys) === undefined) return whole;
      const expected = replaceAt(table, keys, undefined);
      return mark + checked(editor, editor.remove(text, keys, options.keptTables ?? 0), { keys, expected });
    },
  };
}

function readShallow(editor: FormatEditor, text: string): ConfigTable {
  try {
    const table = editor.read(text);
    if (isWithin(table, deepestLevel)) return table;
    throw nestedTooDeeply();
  } catch (error) {
    throw error instanceof RangeError ? nestedTooDeeply(error) : error;
  }
}

function nestedTooDeeply(cause?: RangeError): CommonsError {
  return new CommonsError("CLIENT_FILE_UNUSABLE", "The file is nested too deeply to be read.", {
    hint: "Look at what it holds. Nothing was changed.",
    ...(cause === undefined ? {} : { cause }),
  });
}

function tooLong({ format, largestLength }: FormatEditor): CommonsError {
  const fact = `The file has more than ${largestLength} characters, too many for ${format.toUpperCase()}.`;
  return new CommonsError("CLIENT_FILE_UNUSABLE", fact, {
    hint: "Look at what it holds, or make the change by hand; commons setup --print shows the entry. Nothing was changed.",
  });
}

interface Wanted {
  readonly text: string;
  readonly table: ConfigTable;
  readonly keys: readonly string[];
  readonly value: ConfigValue;
}

function withValue(editor: FormatEditor, { text, table, keys, value }: Wanted): string {
  const present = valueAt(table, keys);
  if (isSameValue(present, value)) return text;
  refuseOtherThanTables(editor, table, keys);
  const edited = editsBetween(present, value, keys).reduce(
    (before, edit) =>
      edit.value === undefined
        ? editor.remove(before, edit.keys, edit.keys.length)
        : editor.put(before, { keys: edit.keys, value: edit.value, entryDepth: keys.length }),
    text,
  );
  return checked(editor, edited, { keys, expected: replaceAt(table, keys, value) });
}

interface ValueEdit {
  readonly keys: readonly string[];
  /** undefined: it goes. */
  readonly value: ConfigValue | undefined;
}

/** The smallest changes that make one value of the other: comments stand between what does not change. */
function editsBetween(present: ConfigValue | undefined, wanted: ConfigValue, keys: readonly string[]): ValueEdit[] {
  if (isSameValue(present, wanted)) return [];
  if (!isTable(present) || !isTable(wanted) || Object.keys(wanted).length === 0) return [{ keys, value: wanted }];
  const inner = Object.entries(wanted).flatMap(([key, value]) =>
    editsBetween(Object.hasOwn(present, key) ? present[key] : undefined, value, [...keys, key]),
  );
  const gone = Object.keys(present).filter((key) => !Object.hasOwn(wanted, key));
  // First what stays or comes: a table must not be empty, and so gone, in between.
  return [...inner, ...gone.map((key) => ({ keys: [...keys, key], value: undefined }))];
}

function refuseOtherThanTables({ format }: FormatEditor, table: ConfigTable, keys: readonly string[]): void {
  for (let depth = 1; depth < keys.length; depth += 1) {
    const value = valueAt(table, keys.slice(0, depth));
    if (value === undefined || (value === null && format === "yaml")) return;
    if (isTable(value)) continue;
    const name = keys.slice(0, depth).join(".");
    throw new CommonsError("CLIENT_FILE_UNUSABLE", `"${name}" in the file is not a table of names and values.`, {
      hint: "Make it one, or remove it, then try again. Nothing was changed.",
    });
  }
}

interface Check {
  readonly keys: readonly string[];
  readonly expected: ConfigTable;
}

/** A file that nobody foresaw is refused, never changed beyond our entry. */
function checked(editor: FormatEditor, edited: string, { keys, expected }: Check): string {
  let found: ConfigTable | null;
  try {
    found = readShallow(editor, edited);
  } catch (error) {
    // Only an error of the format says that the edit went wrong.
    if (!(error instanceof CommonsError) || error.code !== "CLIENT_FILE_UNUSABLE") throw error;
    found = null;
  }
  const above = keys.slice(0, -1);
  const isAsExpected = found !== null && isSameValue(withoutEmptied(found, above), withoutEmptied(expected, above));
  if (isAsExpected) return edited;
  throw new CommonsError(
    "CLIENT_FILE_UNUSABLE",
    `The file is written in a way in which "${keys.join(".")}" cannot be changed without touching other parts.`,
    { hint: "Change it by hand; commons setup --print shows the entry that set-up would write. Nothing was changed." },
  );
}

/** The table without the empty tables on the way of the keys: whether they stay says nothing to an agent. */
function withoutEmptied(table: ConfigTable, keys: readonly string[]): ConfigTable {
  if (keys.length === 0) return table;
  const value = valueAt(table, keys);
  if (value !== undefined && (!isTableOrNull(value) || Object.keys(value ?? {}).length > 0)) return table;
  return withoutEmptied(value === undefined ? table : replaceAt(table, keys, undefined), keys.slice(0, -1));
}
