import type { AST } from "toml-eslint-parser";
import type { ConfigValue } from "../client-adapter.ts";
import { isTable } from "./config-values.ts";
import type { PutPlace } from "./edited-document.ts";
import { applyEdits, indentationAt, lineBreakOf, lineEnd, lineStart, nextLineStart } from "./text-edits.ts";
import { tomlKey, tomlLiteral, tomlTableLines } from "./toml-literal.ts";
import { isAt, isUnder, type TomlLine, type TomlPlace, type TomlText } from "./toml-places.ts";

/**
 * The text with a value where nothing stands at the keys yet. It goes where a person would write it: into the inline table, below the
 * header, behind the dotted keys of the same table, else under a header of its own behind the last table of the same parent.
 */
export function insertIntoToml(toml: TomlText, { keys, value, entryDepth }: PutPlace): string {
  const inline = toml.places.findLast(
    (place) => place.kind !== "table" && place.node.value.type === "TOMLInlineTable" && leadsTo(place, keys),
  );
  if (inline !== undefined && inline.kind !== "table" && inline.node.value.type === "TOMLInlineTable")
    return insertMember(toml.text, inline.node.value, { keys: keys.slice(inline.path.length), value });
  const dotted = keys.length > entryDepth ? lastDottedLine(toml, keys.slice(0, -1)) : undefined;
  if (dotted !== undefined) return insertBehind(toml, dotted, { keys, value });
  if (isTable(value)) return insertTable(toml, keys, tomlTableLines(keys, value));
  return insertLine(toml, keys, value);
}

interface Insertion {
  readonly keys: readonly string[];
  readonly value: ConfigValue;
}

const lineOf = ({ keys, value }: Insertion): string => `${keys.map(tomlKey).join(".")} = ${tomlLiteral(value)}`;

function leadsTo(place: TomlPlace, keys: readonly string[]): boolean {
  return place.path.length < keys.length && isAt(place.path, keys.slice(0, place.path.length));
}

function insertMember(text: string, table: AST.TOMLInlineTable, insertion: Insertion): string {
  const last = table.body.at(-1);
  if (last !== undefined)
    return applyEdits(text, [{ start: last.range[1], end: last.range[1], text: `, ${lineOf(insertion)}` }]);
  const start = table.range[0] + 1;
  const padded = text[start] === "}" ? ` ${lineOf(insertion)} ` : ` ${lineOf(insertion)}`;
  return applyEdits(text, [{ start, end: start, text: padded }]);
}

/** The last line whose dotted key makes the table. */
function lastDottedLine({ places }: TomlText, table: readonly string[]): TomlLine | undefined {
  return places.findLast(
    (place): place is TomlLine =>
      place.kind === "line" &&
      isUnder(place.path, table) &&
      place.path.length > table.length &&
      place.outerDepth < table.length,
  );
}

function insertBehind({ text }: TomlText, line: TomlLine, { keys, value }: Insertion): string {
  const rest = { keys: keys.slice(line.outerDepth), value };
  return insertBelow(text, line.node.range, [indentationAt(text, line.node.range[0]) + lineOf(rest)]);
}

/** A line of the table whose header is there, or is made. */
function insertLine(toml: TomlText, keys: readonly string[], value: ConfigValue): string {
  const { text, places } = toml;
  const table = keys.slice(0, -1);
  const line = lineOf({ keys: keys.slice(-1), value });
  const header = places.find((place) => place.kind === "table" && isAt(place.path, table));
  if (header?.kind === "table") {
    const last = header.node.body.at(-1);
    const indentation = indentationAt(text, (last ?? header.node).range[0]);
    return insertBelow(text, last?.range ?? header.node.range, [indentation + line]);
  }
  if (table.length > 0) return insertTable(toml, table, [`[${table.map(tomlKey).join(".")}]`, line]);
  const lastTopLine = places.findLast((place) => place.kind === "line" && place.outerDepth === 0);
  if (lastTopLine !== undefined) return insertBelow(text, lastTopLine.node.range, [line]);
  return text === "" ? `${line}\n` : `${line}${lineBreakOf(text)}${text}`;
}

function insertBelow(text: string, range: readonly [number, number], lines: readonly string[]): string {
  const at = lineEnd(text, range[1]);
  const lineBreak = lineBreakOf(text);
  return applyEdits(text, [{ start: at, end: at, text: lines.map((line) => lineBreak + line).join("") }]);
}

/** Behind the last table of the same parent, or of its own parts; else behind all that stands in the file. */
function insertTable({ text, places }: TomlText, keys: readonly string[], lines: readonly string[]): string {
  const lineBreak = lineBreakOf(text);
  const content = text.trimEnd().length;
  if (content === 0) return lines.map((line) => line + lineBreak).join("") + text;
  const siblings = places.findLast((place) => place.kind === "table" && hasParentOf(place, keys));
  const at = siblings === undefined ? lineEnd(text, content) : endOfTable(text, siblings.node.range[1]);
  const block = ["", ...lines].map((line) => lineBreak + line).join("");
  return applyEdits(text, [{ start: at, end: at, text: block }]);
}

function hasParentOf(place: TomlPlace, keys: readonly string[]): boolean {
  const parent = keys.slice(0, -1);
  return isUnder(place.path, keys) || (parent.length > 0 && isUnder(place.path, parent));
}

/** The end of the table's last line; comments that follow at once are its own, unless they stand right above the next header. */
function endOfTable(text: string, end: number): number {
  const own = lineEnd(text, end);
  let last = own;
  for (let next = nextLineStart(text, last); next < text.length; next = nextLineStart(text, last)) {
    const line = text.slice(lineStart(text, next), lineEnd(text, next)).trim();
    if (line.startsWith("[")) return own;
    if (!line.startsWith("#")) return last;
    last = lineEnd(text, next);
  }
  return last;
}
