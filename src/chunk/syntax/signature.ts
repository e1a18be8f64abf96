const maxSignatureChars = 300;
// More than a signature of 300 characters can come from, however it is indented.
const maxReadChars = 3_000;
const commentRow = /^\s*(?:\/\/|\/\*|\*|#(?!\[)|--|;|%)/;

/**
 * A declaration's head on one line, without its body, decorators and attributes, at most 300 characters; null when nothing is
 * left. Without a known body it ends where its first line opens one.
 */
export function signatureOf(text: string, place: { start: number; end: number; body: number | null }): string | null {
  const hasBody = place.body !== null && place.body > place.start;
  const end = Math.min(hasBody ? (place.body ?? place.end) : place.end, place.start + maxReadChars);
  const whole = text.slice(place.start, end);
  const head = withoutAttributes(whole.replace(/^"""[\s\S]*?"""/, ""));
  const rows = (head === "" ? whole : head).split("\n").filter((row, index) => index === 0 || !commentRow.test(row));
  const folded = (hasBody ? rows : firstStatement(rows))
    .join(" ")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/([([]) /g, "$1")
    .replaceAll(/,? ([)\]])/g, "$1")
    .replace(/\s*(?:\{|=>|(?<![:!=<>])=|(?<!:):|\b(?:is|do|begin)|\\)\s*$/, "")
    .trim();
  return folded === "" ? null : folded.slice(0, maxSignatureChars).toWellFormed();
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
    const char = text[at];
    if (char === "(" || char === "[" || char === "{") depth++;
    else if ((char === ")" || char === "]" || char === "}") && --depth === 0) return at + 1;
  }
  return text.length;
}
