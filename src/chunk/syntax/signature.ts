import type { Node } from "web-tree-sitter";

const maxSignatureChars = 300;
// More than a signature of 300 characters can come from, however it is indented.
const maxReadChars = 3_000;
// Of a comment in any language. What only looks like one costs a search in the tree.
const commentMark = /\/[/*]|#|--|\{-|\(\*|(?:^|\s)[;%!]|^\s*"/m;
const closings: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

interface Place {
  readonly node: Node;
  /** Where its own words begin; before the node when something is wrapped around it. */
  readonly start: number;
  readonly body: Node | null;
}

/**
 * A declaration's head on one line, without its body, comments, decorators and attributes, at most 300 characters; null when
 * nothing is left. Without a known body it ends where its first line opens one.
 */
export function signatureOf(text: string, { node, start, body }: Place): string | null {
  const bodyStart = body !== null && body.startIndex > start ? body.startIndex : null;
  const end = Math.min(bodyStart ?? node.endIndex, start + maxReadChars);
  const whole = withoutComments(text, { node, start, end });
  const head = withoutAttributes(whole.replace(/^"""[\s\S]*?"""/, ""));
  const rows = (head === "" ? whole : head).split("\n").filter((row) => row.trim() !== "");
  const folded = (bodyStart === null ? firstStatement(rows) : rows)
    .join(" ")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/([([]) /g, "$1")
    .replaceAll(/,? ([)\]])/g, "$1")
    .replace(/\s*(?:\{|=>|(?<![:!=<>])=|(?<!:):|\b(?:is|do|begin)|\\)\s*$/, "")
    .trim();
  const signature = folded.length > maxSignatureChars ? folded : balanced(folded);
  return signature === "" ? null : signature.slice(0, maxSignatureChars).toWellFormed();
}

/** The tree knows what is a comment: `*args` at the start of a row is none, and `# why` behind a parameter is one. */
function withoutComments(text: string, { node, start, end }: { node: Node; start: number; end: number }): string {
  const whole = text.slice(start, end);
  if (!commentMark.test(whole)) return whole;
  let top = node;
  while (top.startIndex > start && top.parent !== null) top = top.parent;
  const types = node.tree.language.types.filter((type) => /comment|haddock|groovy_doc/.test(type));
  const from = node.startIndex > start ? top.startPosition : node.startPosition;
  const last = { row: from.row + text.slice(top.startIndex, end).split("\n").length, column: 0 };
  let kept = "";
  let next = start;
  for (const comment of top.descendantsOfType(types, from, last)) {
    if (comment.startIndex < next) continue;
    if (comment.startIndex >= end) break;
    kept += `${text.slice(next, comment.startIndex)} `;
    // The comments of some grammars take in the end of their line.
    next = comment.endIndex - (text[comment.endIndex - 1] === "\n" ? 1 : 0);
  }
  return kept + text.slice(next, Math.max(next, end));
}

/** The rows up to the first that opens nothing. */
function firstStatement(rows: readonly string[]): readonly string[] {
  const last = rows.findIndex((row) => !/[(<,[|&]\s*$/.test(row));
  return last === -1 ? rows : rows.slice(0, last + 1);
}

/** Drops `@Name(...)`, `[Name(...)]` and `#[...]` from the front. */
function withoutAttributes(head: string): string {
  let at = 0;
  for (;;) {
    while (/\s/.test(head[at] ?? "")) at++;
    const mark = /^(?:@(?!(?:interface|implementation|protocol)\b)[\w.:]+\s*(\()?|#?\[(?=[A-Za-z]))/.exec(
      head.slice(at, at + 200),
    );
    if (mark === null) return head.slice(at);
    const isOpen = mark[1] !== undefined || !mark[0].startsWith("@");
    at += mark[0].length;
    if (isOpen) at = closingBracket(head, at);
  }
}

/** The place behind the bracket that closes what is open at `from`; the end of the text when none does. */
function closingBracket(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    const char = text[at] ?? "";
    if (char === '"' || char === "'" || char === "`") at = stringEnd(text, at);
    else if (char === "(" || char === "[" || char === "{") depth++;
    else if ((char === ")" || char === "]" || char === "}") && --depth === 0) return at + 1;
  }
  return text.length;
}

/** A head that ends inside of brackets: `const (A = 1` is `const A = 1`, `describe("a", () =>` is `describe("a")`. */
function balanced(head: string): string {
  const single = head.replace(/^(const|var|type) \((?!.*\))/, "$1 ");
  const open = openBrackets(single);
  if (open === "") return single;
  const callback = /,\s*(?:async\b\s*)?(?:function\b[\s*]*\w*\s*)?(?:\([^()]*\)|\w+)$/.exec(single);
  return (callback === null ? single : single.slice(0, callback.index)) + open;
}

/** What would close the brackets that a text leaves open; nothing for a text that closes others than it opened. */
function openBrackets(text: string): string {
  const open: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    // An apostrophe may also begin a lifetime or end a name.
    if (char === '"' || char === "`" || (char === "'" && /[=([{:]\s*$/.test(text.slice(0, at)))) {
      at = stringEnd(text, at);
      continue;
    }
    const closing = closings[char];
    if (closing !== undefined) open.push(closing);
    else if ((char === ")" || char === "]" || char === "}") && open.pop() !== char) return "";
  }
  return open.toReversed().join("");
}

/** The place of the quote that ends what the one at `from` begins; `from` itself when none does. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === text[from]) return at;
  }
  return from;
}
