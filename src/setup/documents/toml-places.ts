import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import { unusableText } from "./text-edits.ts";

/** Names of tables, and numbers for the tables of a list. */
export type TomlPath = readonly (string | number)[];

/** A header with what stands under it. */
export interface TomlTable {
  readonly kind: "table";
  readonly path: TomlPath;
  readonly node: AST.TOMLTable;
}

/** A line `key = value`; the key may have dots. */
export interface TomlLine {
  readonly kind: "line";
  readonly path: TomlPath;
  /** How much of the path the table around it gives. */
  readonly outerDepth: number;
  readonly node: AST.TOMLKeyValue;
}

/** A member of `{ ... }`. */
export interface TomlMember {
  readonly kind: "member";
  readonly path: TomlPath;
  readonly outerDepth: number;
  readonly node: AST.TOMLKeyValue;
  readonly around: AST.TOMLInlineTable;
}

export type TomlPlace = TomlTable | TomlLine | TomlMember;

export interface TomlText {
  readonly text: string;
  /** In the order of the text. */
  readonly places: readonly TomlPlace[];
}

/** Where each name of a text stands; offsets are UTF-16 units. Errors: CLIENT_FILE_UNUSABLE with line and column. */
export function tomlText(text: string): TomlText {
  const [top] = parse(text).body;
  const places = top.body.flatMap((node): TomlPlace[] =>
    node.type === "TOMLTable"
      ? [
          { kind: "table", path: node.resolvedKey, node },
          ...node.body.flatMap((line) => placesOfLine(line, node.resolvedKey)),
        ]
      : placesOfLine(node, []),
  );
  return { text, places };
}

function parse(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: "1.1" });
  } catch (error) {
    if (error instanceof ParseError)
      throw unusableText({ line: error.lineNumber, column: error.column + 1 }, factOf(error.message));
    throw error;
  }
}

/** The parser's words are fixed texts: none quotes the file. */
const factOf = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);

function placesOfLine(node: AST.TOMLKeyValue, outer: TomlPath): TomlPlace[] {
  const path = [...outer, ...namesOf(node.key)];
  return [{ kind: "line", path, outerDepth: outer.length, node }, ...membersOf(node.value, path)];
}

function membersOf(value: AST.TOMLContentNode, outer: TomlPath): TomlPlace[] {
  if (value.type !== "TOMLInlineTable") return [];
  return value.body.flatMap((node): TomlPlace[] => {
    const path = [...outer, ...namesOf(node.key)];
    return [{ kind: "member", path, outerDepth: outer.length, node, around: value }, ...membersOf(node.value, path)];
  });
}

function namesOf(key: AST.TOMLKey): string[] {
  return key.keys.map((part) => (part.type === "TOMLBare" ? part.name : part.value));
}

/** Whether the path is `keys` or leads through all of them. */
export function isUnder(path: TomlPath, keys: readonly string[]): boolean {
  return path.length >= keys.length && keys.every((key, index) => path[index] === key);
}

export function isAt(path: TomlPath, keys: readonly string[]): boolean {
  return path.length === keys.length && isUnder(path, keys);
}
