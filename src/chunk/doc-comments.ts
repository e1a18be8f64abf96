const maxDocChars = 600;
const leading =
  /^(?:\/\/|\/\*|\*|#(?!\s*(?:if|else|elif|endif|ifdef|ifndef|define|undef|include|pragma|import)\b)|@\w|--|;;|%%|"""|'''|\[[A-Z]\w*)|\*\/$/;

/** The first line of the comments, decorators and attributes right above a line, not above `floor`. Indexes count from 0. */
export function leadingStart(lines: readonly string[], { line, floor }: { line: number; floor: number }): number {
  let start = line;
  let indent = -1;
  while (start > floor) {
    const above = lines[start - 1] ?? "";
    if (above.length >= 400 || !leading.test(above.trim())) break;
    if (indent === -1) indent = indentOf(lines[line] ?? "");
    const aboveIndent = indentOf(above);
    if (aboveIndent === -1 || aboveIndent < indent) break;
    start--;
  }
  return start;
}

/** Columns before the first character; a tab counts four. -1 for a blank line. */
export function indentOf(line: string): number {
  let indent = 0;
  for (let at = 0; at < line.length; at++) {
    const code = line.charCodeAt(at);
    if (code === 32) indent++;
    else if (code === 9) indent += 4;
    else if (code === 13 || code === 12 || code === 11 || code === 0xa0 || code === 0xfeff) continue;
    else return indent;
  }
  return -1;
}

/** The words of the comment between a declaration's first line and the declaration itself; null when there are none. */
export function docAbove(lines: readonly string[], declaration: { start: number; line: number }): string | null {
  const words = lines
    .slice(declaration.start, declaration.line)
    .filter((line) => !/^\s*(?:@|\[|#\[)/.test(line) && !forTools.test(line))
    .map(bareComment);
  return asDoc(words);
}

/** A docstring on the first lines of a body, as Python has it; null when there is none. */
export function docInside(lines: readonly string[], declaration: { line: number; end: number }): string | null {
  for (let at = declaration.line + 1; at <= Math.min(declaration.end, declaration.line + 12); at++) {
    const line = (lines[at] ?? "").trim();
    const quote = /^[rbuRBU]?("""|''')/.exec(line)?.[1];
    if (quote === undefined) {
      // The rest of a signature may stand between.
      if (line === "" || /[,(:]$/.test(line) || line.startsWith(")")) continue;
      return null;
    }
    return docstring(lines.slice(at, Math.min(declaration.end, at + 40) + 1), quote);
  }
  return null;
}

function docstring(lines: readonly string[], quote: string): string | null {
  const text = lines.join("\n");
  const start = text.indexOf(quote) + quote.length;
  const end = text.indexOf(quote, start);
  return asDoc(trimmedLines(text.slice(start, end === -1 ? undefined : end)));
}

// What tells tools how to run, compile or check the code: a shebang, an encoding, Go's directives.
const forTools = /^\s*(?:#!|#.*-\*-.*-\*-\s*$|\/\/(?:[a-z0-9]+:[a-z0-9]| ?\+build\b))/;

/** The words of comments in the order of the text, without their marks; null when there are none. */
export function docOfComments(comments: readonly string[]): string | null {
  return asDoc(
    comments.flatMap((comment) => {
      if (comment.startsWith("@")) return docAttribute(comment) ?? [];
      const lines = comment.split("\n").filter((line) => !forTools.test(line));
      return lines.map(bareComment);
    }),
  );
}

/** The words of Elixir's `@doc "..."`; null for what is no text (`@doc false`) and for attributes that document nothing. */
function docAttribute(text: string): string | null {
  const literal = /^@(?:type)?doc\s+(?:~[sS])?(["'].*)$/s.exec(text)?.[1];
  return literal === undefined ? null : docOfString(literal);
}

/** The words of a string literal that documents something. */
export function docOfString(literal: string): string | null {
  const mark = /^[a-zA-Z]{0,2}("""|'''|["'])/.exec(literal);
  const inner = mark?.[1] === undefined ? literal : literal.slice(mark[0].length, -mark[1].length);
  return asDoc(trimmedLines(inner));
}

function trimmedLines(text: string): string[] {
  return text.split("\n").map((line) => line.trim());
}

// Marks of comments in all languages; what begins a line of prose is never one of them.
const openingMark =
  /^(?:\/\*+!?|\*+\/|\/\/[/!]?|\(\*+|\{-\|?|<!--|--\[=*\[|\*+(?!\/)|#+[':!|]?|--+ ?[|^]?|;+|%+[!]?|!+[<>*]?|"""|'''|")+\s?/;
const closingMark = /\s*(?:\*+[/)]|-\}|-->|\]=*\]|"""|''')$/;
// Elixir's attributes and the tags of C# say nothing to a reader.
const noise =
  /^@(?:spec|impl|typep?|callback|opaque|since|deprecated)\b.*$|<\/?(?:summary|remarks|para|returns|value|param)\b[^>]{0,100}>/g;

function bareComment(line: string): string {
  const text = line.slice(0, 2_000).trim();
  const attribute = /^@(?:module|type)?doc\b\s*(?:~[sS])?(.*)$/.exec(text)?.[1];
  if (attribute !== undefined) return attribute.replaceAll(/^"+|"+$/g, "");
  return text.replace(openingMark, "").replace(closingMark, "").replaceAll(noise, "").trim();
}

function asDoc(words: readonly string[]): string | null {
  const doc = words
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .join("\n")
    .slice(0, maxDocChars)
    .toWellFormed();
  return doc === "" ? null : doc;
}
