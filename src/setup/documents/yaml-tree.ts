import {
  Document,
  type ErrorCode,
  isAlias,
  isMap,
  isPair,
  isScalar,
  type Node,
  parseDocument,
  type YAMLMap,
} from "yaml";
import { CommonsError } from "../../core/errors.ts";
import { unusableAt } from "./text-edits.ts";

/** A name with its value; offsets are UTF-16 units. */
export interface YamlMember {
  readonly name: string;
  readonly start: number;
  readonly keyEnd: number;
  /** null: nothing stands behind the colon. */
  readonly value: Node | null;
  /** Without the line break and the comments that follow. */
  readonly end: number;
}

/** One document of YAML 1.2. Errors: CLIENT_FILE_UNUSABLE with line and column. */
export function yamlTree(text: string): Document.Parsed {
  const document = parseDocument(text, { prettyErrors: false });
  const [first] = document.errors;
  if (first !== undefined) throw unusableAt(text, first.pos[0], facts[first.code] ?? "this is not valid YAML");
  const { contents } = document;
  if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null))
    throw unusableAt(text, contents.range[0], "names with values are expected");
  return document;
}

const facts: Readonly<Partial<Record<ErrorCode, string>>> = {
  BAD_INDENT: "the indentation does not fit",
  TAB_AS_INDENT: "a tab stands where spaces are needed",
  DUPLICATE_KEY: "the same name stands there a second time",
  MISSING_CHAR: "a sign is missing here",
  MULTIPLE_DOCS: "a second document begins here",
};

/** The top map; null: the document is empty. */
export function rootMap(document: Document.Parsed): YAMLMap | null {
  return isMap(document.contents) ? document.contents : null;
}

export function membersOf(text: string, map: YAMLMap): YamlMember[] {
  return map.items.flatMap((pair): YamlMember[] => {
    if (!isPair(pair) || !isScalar(pair.key) || !pair.key.range) return [];
    // Safe: the parser makes nodes only; null stands for a value that is not there.
    const value = pair.value as Node | null;
    const [start, keyEnd] = pair.key.range;
    const isAbsent = value === null || (isScalar(value) && value.value === null && (value.source ?? "") === "");
    const given = isAbsent ? null : value;
    const end = given?.range ? text.slice(0, given.range[1]).trimEnd().length : keyEnd;
    return [{ name: String(pair.key.value), start, keyEnd, value: given, end }];
  });
}

export interface YamlLocation {
  /** The map that was reached; null: the document is empty. */
  readonly map: YAMLMap | null;
  /** The pair in it whose value is that map; null: it is the top one. */
  readonly holder: YamlMember | null;
  readonly member: YamlMember | null;
  /** How many of the keys lead to the map. */
  readonly depth: number;
}

/** As far as the keys lead. Errors: CLIENT_FILE_UNUSABLE where they lead through an alias, whose change would be seen elsewhere. */
export function locateInYaml(text: string, keys: readonly string[]): YamlLocation {
  let map = rootMap(yamlTree(text));
  let holder: YamlMember | null = null;
  for (const [depth, key] of keys.entries()) {
    const member: YamlMember | null =
      map === null ? null : (membersOf(text, map).find(({ name }) => name === key) ?? null);
    const inner: Node | null = member?.value ?? null;
    if (isAlias(inner))
      throw new CommonsError(
        "CLIENT_FILE_UNUSABLE",
        `"${keys.slice(0, depth + 1).join(".")}" in the file is an alias.`,
        {
          hint: "Make the change by hand; commons setup --print shows the entry. Nothing was changed.",
        },
      );
    if (member === null || depth === keys.length - 1 || !isMap(inner)) return { map, holder, member, depth };
    map = inner;
    holder = member;
  }
  return { map, holder, member: null, depth: 0 };
}
