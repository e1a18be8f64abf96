import { isCollection, type Node, stringify, type YAMLMap } from "yaml";
import type { ConfigValue } from "../client-adapter.ts";
import { jsonInline } from "./jsonc-literal.ts";
import {
  applyEdits,
  indentationAt,
  isFirstOnLine,
  lineBreakOf,
  lineEnd,
  lineStart,
  nextLineStart,
  previousLineEnd,
} from "./text-edits.ts";
import { locateInYaml, membersOf, type YamlMember } from "./yaml-tree.ts";

/** The text with a value at the keys; maps that are missing are made, in the style of what is around them. */
export function putIntoYaml(text: string, keys: readonly string[], value: ConfigValue): string {
  const { map, member, depth } = locateInYaml(text, keys);
  const rest = keys.slice(depth + 1);
  const inner = rest.reduceRight<ConfigValue>((deeper, key) => Object.fromEntries([[key, deeper]]), value);
  if (map === null) return appendAtEnd(text, { [keys[0] ?? ""]: inner });
  if (member === null) return insertMember(text, map, Object.fromEntries([[keys[depth] ?? "", inner]]));
  if (member.value === null) return insertBelowKey(text, member, inner);
  return replaceValue(text, member.value, inner);
}

/** The lines of a value in block style, without indentation. */
function blockLines(text: string, value: ConfigValue): string[] {
  return stringify(value, { indent: stepOf(text), lineWidth: 0 })
    .trimEnd()
    .split("\n");
}

/** Spaces of one step: those of the first line that is indented. */
function stepOf(text: string): number {
  const first = /^( +)[^\s#-]/m.exec(text)?.[1];
  return first === undefined || first.length > 8 ? 2 : first.length;
}

function appendAtEnd(text: string, value: ConfigValue): string {
  const lineBreak = lineBreakOf(text);
  const lines = blockLines(text, value).map((line) => line + lineBreak);
  if (text.trim() === "") return lines.join("");
  return (text.endsWith("\n") ? text : text + lineBreak) + lines.join("");
}

function insertMember(text: string, map: YAMLMap, added: ConfigValue): string {
  const members = membersOf(text, map);
  const last = members.at(-1);
  if (map.flow) return insertIntoFlow(text, map, { last, added });
  const indentation = members[0] === undefined ? "" : indentationAt(text, members[0].start);
  const at = last === undefined ? text.length : endOfMember(text, last.end, indentation.length);
  return insertLines(text, at, { lines: blockLines(text, added), indentation });
}

interface IntoFlow {
  readonly last: YamlMember | undefined;
  readonly added: ConfigValue;
}

/** JSON is YAML in flow style. */
function insertIntoFlow(text: string, map: YAMLMap, { last, added }: IntoFlow): string {
  const member = jsonInline(added).slice(2, -2);
  if (last !== undefined) return applyEdits(text, [{ start: last.end, end: last.end, text: `, ${member}` }]);
  const start = (map.range?.[0] ?? 0) + 1;
  return applyEdits(text, [{ start, end: start, text: text[start] === "}" ? ` ${member} ` : ` ${member}` }]);
}

function insertBelowKey(text: string, { start, keyEnd }: YamlMember, value: ConfigValue): string {
  if (typeof value !== "object" || value === null) {
    const colon = text.indexOf(":", keyEnd) + 1;
    return applyEdits(text, [{ start: colon, end: colon, text: ` ${jsonInline(value)}` }]);
  }
  const indentation = indentationAt(text, start) + " ".repeat(stepOf(text));
  return insertLines(text, lineEnd(text, keyEnd), { lines: blockLines(text, value), indentation });
}

interface Lines {
  readonly lines: readonly string[];
  readonly indentation: string;
}

function insertLines(text: string, at: number, { lines, indentation }: Lines): string {
  const lineBreak = lineBreakOf(text);
  const added = lines.map((line) => lineBreak + (line === "" ? "" : indentation + line)).join("");
  return applyEdits(text, [{ start: at, end: at, text: added }]);
}

/** The end of a member's last line; comments that follow at once and are indented further are its own. */
function endOfMember(text: string, end: number, indentation: number): number {
  let last = lineEnd(text, end);
  for (let next = nextLineStart(text, last); next < text.length; next = nextLineStart(text, last)) {
    const line = text.slice(next, lineEnd(text, next));
    if (!line.trimStart().startsWith("#") || line.length - line.trimStart().length <= indentation) return last;
    last = lineEnd(text, next);
  }
  return last;
}

function replaceValue(text: string, present: Node, value: ConfigValue): string {
  const [start, valueEnd] = present.range ?? [0, 0];
  const end = text.slice(0, valueEnd).trimEnd().length;
  const isBlock = isCollection(present) && present.flow !== true;
  if (!isBlock) return applyEdits(text, [{ start, end, text: jsonInline(value) }]);
  const lines = blockLines(text, value);
  const indentation = lineBreakOf(text) + " ".repeat(start - lineStart(text, start));
  return applyEdits(text, [{ start, end, text: lines.join(indentation) }]);
}

/** The text without the member at the keys, and without maps above it that are empty then, but for the first `kept`. */
export function removeFromYaml(text: string, keys: readonly string[], kept: number): string {
  const { map, member, depth } = locateInYaml(text, keys);
  if (map === null || member === null || depth !== keys.length - 1) return text;
  const without = removeMember(text, map, member);
  const isEmptied = membersOf(text, map).length === 1;
  const above = keys.slice(0, -1);
  return isEmptied && above.length > kept ? removeFromYaml(without, above, kept) : without;
}

function removeMember(text: string, map: YAMLMap, member: YamlMember): string {
  if (map.flow) return removeFromFlow(text, map, member);
  const end = lineEnd(text, member.end);
  const before = previousLineEnd(text, lineStart(text, member.start));
  // Behind a dash or a question mark: what cannot be cut by lines is refused by the check of every edit.
  if (!isFirstOnLine(text, member.start)) return text;
  if (before === null) return text.slice(nextLineStart(text, end));
  return applyEdits(text, [{ start: before, end, text: "" }]);
}

function removeFromFlow(text: string, map: YAMLMap, member: YamlMember): string {
  const members = membersOf(text, map);
  const index = members.findIndex(({ start }) => start === member.start);
  const [before, next] = [members[index - 1], members[index + 1]];
  const [open, close] = map.range ?? [0, 0];
  if (next !== undefined) return applyEdits(text, [{ start: member.start, end: next.start, text: "" }]);
  if (before !== undefined) return applyEdits(text, [{ start: before.end, end: member.end, text: "" }]);
  return applyEdits(text, [{ start: open + 1, end: close - 1, text: "" }]);
}
