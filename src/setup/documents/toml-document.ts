import { parse, TomlDate, TomlError, type TomlValue } from "smol-toml";
import type { ConfigTable, ConfigValue } from "../client-adapter.ts";
import type { OpenDocument } from "./config-document.ts";
import { valueAt } from "./config-values.ts";
import { editedDocument, type FormatEditor, type PutPlace } from "./edited-document.ts";
import { applyEdits, unusableText } from "./text-edits.ts";
import { insertIntoToml } from "./toml-insertion.ts";
import { tomlLiteral } from "./toml-literal.ts";
import { isAt, type TomlLine, type TomlMember, tomlText } from "./toml-places.ts";
import { removeFromToml } from "./toml-removal.ts";

/**
 * TOML 1.1, edited by positions: no library that writes TOML keeps a file's bytes and gives a table its own header (decision 0023). Dates and
 * whole numbers beyond 2^53 stand in `value()` as text.
 */
export const openToml: OpenDocument = (text) => editedDocument(tomlEditor, text);

const tomlEditor: FormatEditor = {
  format: "toml",
  largestLength: 2_000_000,
  read,
  put,
  // Set-up never writes an empty table above the entry: one that is there is a person's.
  remove: (text, keys) => removeFromToml(tomlText(text), keys),
};

function read(text: string): ConfigTable {
  // The parser with positions first: the reader's messages quote the file.
  tomlText(text);
  try {
    return plainTable(parse(text, { integersAsBigInt: "asNeeded" }));
  } catch (error) {
    if (error instanceof TomlError)
      throw unusableText({ line: error.line, column: error.column }, "it is not valid TOML");
    throw error;
  }
}

function plainTable(table: { readonly [key: string]: TomlValue | bigint }): ConfigTable {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, plain(value)]));
}

function plain(value: TomlValue | bigint): ConfigValue {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof TomlDate) return value.toISOString();
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "object" ? plainTable(value) : value;
}

function put(text: string, place: PutPlace): string {
  const toml = tomlText(text);
  const present = toml.places.find(
    (found): found is TomlLine | TomlMember => found.kind !== "table" && isAt(found.path, place.keys),
  );
  if (present !== undefined) {
    const [start, end] = present.node.value.range;
    return applyEdits(text, [{ start, end, text: tomlLiteral(place.value) }]);
  }
  if (valueAt(read(text), place.keys) === undefined) return insertIntoToml(toml, place);
  return insertIntoToml(tomlText(removeFromToml(toml, place.keys)), place);
}
