import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { unusableAt } from "./text-edits.ts";

/** A name with its value; offsets are UTF-16 units. */
export interface JsonMember {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly value: Node;
}

/** JSON with comments and commas at the end; null: nothing but space and comments. Errors: CLIENT_FILE_UNUSABLE with line and column. */
export function jsonTree(text: string): Node | null {
  const errors: ParseError[] = [];
  const root: Node | undefined = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [first] = errors;
  if (first !== undefined) throw unusableAt(text, first.offset, factOf(first.error));
  if (root !== undefined && root.type !== "object") throw unusableAt(text, root.offset, "an object { } is expected");
  return root ?? null;
}

function factOf(code: ParseError["error"]): string {
  return facts[printParseErrorCode(code)] ?? "this is not valid JSON";
}

const facts: Readonly<Record<string, string>> = {
  PropertyNameExpected: "a name in double quotes is expected",
  ValueExpected: "a value is expected",
  ColonExpected: "a colon is expected",
  CommaExpected: "a comma is expected",
  CloseBraceExpected: "a closing } is expected",
  CloseBracketExpected: "a closing ] is expected",
  EndOfFileExpected: "something stands behind the end",
  UnexpectedEndOfComment: "a comment has no end",
  UnexpectedEndOfString: "a text has no closing quote",
  InvalidEscapeCharacter: "an escape in a text is not valid",
  InvalidCharacter: "a character in a text is not valid",
};

/** The members of an object in their order; a name may stand there twice. */
export function membersOf(object: Node): JsonMember[] {
  return (object.children ?? []).flatMap((property) => {
    const [name, value] = property.children ?? [];
    if (name === undefined || value === undefined) return [];
    return [{ name: String(name.value), start: property.offset, end: value.offset + value.length, value }];
  });
}

/** What stands at the name. Errors: CLIENT_FILE_UNUSABLE where it stands twice: agents differ in which of the two they read. */
export function memberAt(text: string, object: Node, name: string): JsonMember | undefined {
  const [member, second] = membersOf(object).filter((one) => one.name === name);
  if (second !== undefined) throw unusableAt(text, second.start, "the same name stands there a second time");
  return member;
}

/** Where the comma stands that follows `offset` after space and comments; null when something else does. */
export function commaAfter(text: string, offset: number): number | null {
  const end = triviaFrom(text, offset).at(-1)?.end ?? offset;
  return text[end] === "," ? end : null;
}

/** The end of the last comment that follows `offset` at once, after space or not; null when there is none. */
export function endOfComments(text: string, offset: number): number | null {
  return triviaFrom(text, offset).findLast(({ isComment }) => isComment)?.end ?? null;
}

/** The end of the comments that begin on the line of `offset`, from there on; `offset` when there are none. */
export function endOfTrailingComments(text: string, offset: number): number {
  const trivia = triviaFrom(text, offset);
  const lineBreak = trivia.findIndex(
    ({ start, end, isComment }) => !isComment && text.slice(start, end).includes("\n"),
  );
  const onLine = lineBreak === -1 ? trivia : trivia.slice(0, lineBreak);
  return onLine.findLast(({ isComment }) => isComment)?.end ?? offset;
}

interface Trivia {
  readonly start: number;
  readonly end: number;
  readonly isComment: boolean;
}

function triviaFrom(text: string, offset: number): Trivia[] {
  const pattern = /\s+|\/\/[^\r\n]*|\/\*[^]*?\*\//y;
  pattern.lastIndex = offset;
  const found: Trivia[] = [];
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text))
    found.push({ start: match.index, end: pattern.lastIndex, isComment: match[0].startsWith("/") });
  return found;
}
