import type { Node } from "jsonc-parser";
import type { ConfigValue } from "../client-adapter.ts";
import { jsonInline, type JsonLayout, jsonLines, layoutOf } from "./jsonc-literal.ts";
import {
  commaAfter,
  endOfComments,
  endOfTrailingComments,
  type JsonMember,
  jsonTree,
  memberAt,
  membersOf,
} from "./jsonc-tree.ts";
import {
  applyEdits,
  indentationAt,
  isFirstOnLine,
  lineEnd,
  lineStart,
  previousLineEnd,
  type TextEdit,
} from "./text-edits.ts";

/** The text with a value at the keys; objects that are missing are made. */
export function putIntoJson(text: string, keys: readonly string[], value: ConfigValue): string {
  const root = jsonTree(text);
  const layout = layoutOf(text, root);
  if (root === null) return appendRoot(text, nested(keys, value), layout);
  let object = root;
  for (const [index, key] of keys.entries()) {
    const member = memberAt(text, object, key);
    const rest = keys.slice(index + 1);
    if (member === undefined) return insertMember(text, object, { name: key, value: nested(rest, value), layout });
    if (rest.length === 0) return replaceValue(text, member, { value, layout });
    object = member.value;
  }
  return text;
}

function nested(keys: readonly string[], value: ConfigValue): ConfigValue {
  return keys.reduceRight<ConfigValue>((inner, key) => Object.fromEntries([[key, inner]]), value);
}

/** A file of nothing but space and comments keeps them above. */
function appendRoot(text: string, value: ConfigValue, layout: JsonLayout): string {
  const json = jsonLines(value, "", layout) + layout.lineBreak;
  if (text.trim() === "") return json;
  return text.endsWith("\n") ? text + json : text + layout.lineBreak + json;
}

interface NewValue {
  readonly value: ConfigValue;
  readonly layout: JsonLayout;
}

function replaceValue(text: string, member: JsonMember, { value, layout }: NewValue): string {
  const { offset, length } = member.value;
  const isFlat = typeof value !== "object" || !isFirstOnLine(text, member.start);
  const json = isFlat ? jsonInline(value) : jsonLines(value, indentationAt(text, member.start), layout);
  return applyEdits(text, [{ start: offset, end: offset + length, text: json }]);
}

interface NewMember extends NewValue {
  readonly name: string;
}

function insertMember(text: string, object: Node, added: NewMember): string {
  const last = membersOf(object).at(-1);
  if (last === undefined) return insertFirst(text, object, added);
  const name = JSON.stringify(added.name);
  if (!isFirstOnLine(text, last.start))
    return applyEdits(text, [{ start: last.end, end: last.end, text: `, ${name}: ${jsonInline(added.value)}` }]);
  const indentation = indentationAt(text, last.start);
  const json = `${added.layout.lineBreak}${indentation}${name}: ${jsonLines(added.value, indentation, added.layout)}`;
  const comma = commaAfter(text, last.end);
  // What is said about the last member on its line stays with it.
  const end = endOfTrailingComments(text, comma === null ? last.end : comma + 1);
  if (comma !== null) return applyEdits(text, [{ start: end, end, text: `${json},` }]);
  return applyEdits(text, [
    { start: last.end, end: last.end, text: "," },
    { start: end, end, text: json },
  ]);
}

/** Behind comments that stand in the empty object; the object stays on one line where it is, or the file has only one. */
function insertFirst(text: string, object: Node, added: NewMember): string {
  const start = object.offset + 1;
  const close = object.offset + object.length - 1;
  const name = JSON.stringify(added.name);
  const comments = endOfComments(text, start);
  const isOneLine = comments === null ? isOneLineFile(text, object) : !text.slice(start, close).includes("\n");
  if (isOneLine) {
    const json = `${name}: ${jsonInline(added.value)}`;
    if (comments !== null) return applyEdits(text, [{ start: comments, end: comments, text: ` ${json}` }]);
    return applyEdits(text, [{ start, end: close, text: ` ${json} ` }]);
  }
  const { lineBreak, step } = added.layout;
  const outer = indentationAt(text, object.offset);
  const json = `${lineBreak}${outer}${step}${name}: ${jsonLines(added.value, outer + step, added.layout)}`;
  const at = comments ?? start;
  const isClosedBelow = text.slice(at, close).includes("\n");
  if (isClosedBelow) return applyEdits(text, [{ start: at, end: at, text: json }]);
  return applyEdits(text, [{ start: at, end: close, text: json + lineBreak + outer }]);
}

/** The object that is the whole file is opened up, whatever its lines. */
function isOneLineFile(text: string, object: Node): boolean {
  return object.parent !== undefined && !text.trimEnd().includes("\n");
}

/** The text without what stands at the keys, and without objects above it that are empty then, but for the first `kept`. */
export function removeFromJson(text: string, keys: readonly string[], kept: number): string {
  const found = locate(text, keys);
  if (found === null) return text;
  const without = applyEdits(text, removalOf(text, found.object, found.member));
  const above = keys.slice(0, -1);
  const parent = above.length > kept ? locate(without, above) : null;
  const isEmpty = parent !== null && membersOf(parent.member.value).length === 0;
  const hasComments = parent !== null && endOfComments(without, parent.member.value.offset + 1) !== null;
  return isEmpty && !hasComments ? removeFromJson(without, above, kept) : without;
}

interface Located {
  readonly object: Node;
  readonly member: JsonMember;
}

function locate(text: string, keys: readonly string[]): Located | null {
  let object = jsonTree(text);
  let member: JsonMember | undefined;
  for (const [index, key] of keys.entries()) {
    if (object?.type !== "object") return null;
    member = memberAt(text, object, key);
    if (member === undefined) return null;
    if (index < keys.length - 1) object = member.value;
  }
  return object === null || member === undefined ? null : { object, member };
}

function removalOf(text: string, object: Node, member: JsonMember): TextEdit[] {
  const members = membersOf(object);
  const index = members.findIndex(({ start }) => start === member.start);
  const comma = commaAfter(text, member.end);
  const end = comma === null ? member.end : comma + 1;
  if (members.length === 1 && isOnlyContent(text, object, member, end))
    return [{ start: object.offset + 1, end: object.offset + object.length - 1, text: "" }];
  const before = members[index - 1];
  const isLast = index === members.length - 1;
  // On one line the comma that was at the end before stays the last.
  if (
    isLast &&
    before !== undefined &&
    !isFirstOnLine(text, member.start) &&
    isCommaOnly(text, before.end, member.start)
  )
    return [{ start: before.end, end: member.end, text: "" }];
  // Strict JSON has no comma at the end: the one before goes where none follows.
  const commaBefore = comma === null && before !== undefined ? commaAfter(text, before.end) : null;
  const cut = cutOf(text, member.start, end);
  return commaBefore === null ? [cut] : [{ start: commaBefore, end: commaBefore + 1, text: "" }, cut];
}

function isCommaOnly(text: string, start: number, end: number): boolean {
  return text.slice(start, end).trim() === ",";
}

/** Whole lines with what is said on them about the member, where it has them for itself; else up to what follows. */
function cutOf(text: string, start: number, end: number): TextEdit {
  const trailing = endOfTrailingComments(text, end);
  const rest = text.slice(trailing, lineEnd(text, trailing)).trim();
  const before = previousLineEnd(text, lineStart(text, start));
  if (isFirstOnLine(text, start) && before !== null) {
    if (rest === "") return { start: before, end: lineEnd(text, trailing), text: "" };
    // A brace that closes behind it moves up, but not into a comment.
    const isClosed = /^[}\]]/.test(rest) && !text.slice(lineStart(text, before), before).includes("//");
    if (isClosed) return { start: before, end: trailing, text: "" };
  }
  const space = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  return { start, end: end + space, text: "" };
}

function isOnlyContent(text: string, object: Node, member: JsonMember, end: number): boolean {
  const before = text.slice(object.offset + 1, member.start);
  const after = text.slice(end, object.offset + object.length - 1);
  return `${before}${after}`.trim() === "";
}
