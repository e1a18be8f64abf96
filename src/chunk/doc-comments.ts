const maxDocChars = 600;
const leading =
  /^(?:\/\/|\/\*|\*|#(?!\s*(?:if|else|elif|endif|ifdef|ifndef|define|undef|include|pragma|import)\b)|@\w|--|;;|%%|"""|'''|\[[A-Z]\w*)|\*\/$/;

/** Whether a trimmed line above a declaration belongs to it: a comment, a decorator, an attribute. */
export function isLeadingLine(line: string): boolean {
  return line.length < 400 && leading.test(line);
}

/** The words of the comment between a declaration's first line and the declaration itself; null when there are none. */
export function docAbove(lines: readonly string[], declaration: { start: number; line: number }): string | null {
  const words = lines
    .slice(declaration.start, declaration.line)
    .filter((line) => !/^\s*(?:@|\[|#\[|#!)/.test(line))
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
  return asDoc(
    text
      .slice(start, end === -1 ? undefined : end)
      .split("\n")
      .map((line) => line.trim()),
  );
}

function bareComment(line: string): string {
  return line
    .trim()
    .replace(/^(?:\/\*+!?|\*\/|\/\/[/!]?|\*+(?!\/)|#+|--+|;+|%+|"""|''')\s?/, "")
    .replace(/\s*(?:\*\/|"""|''')$/, "")
    .trim();
}

function asDoc(words: readonly string[]): string | null {
  const doc = words
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .join("\n")
    .slice(0, maxDocChars)
    .toWellFormed();
  return doc === "" ? null : doc;
}
