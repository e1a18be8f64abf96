/** A declaration's text without its doc comment, and the comment's words with their line breaks; null when it has none. */
export interface SplitDeclaration {
  readonly code: string;
  readonly doc: string | null;
}

const lineMarks: Readonly<Record<string, RegExp>> = {
  python: /^\s*#(?!!)/,
  ruby: /^\s*#(?!!)/,
  php: /^\s*(?:\/\/|#(?!\[))/,
  rust: /^\s*\/\//,
};
const slashes = /^\s*\/\//;

/** Takes the comments above a declaration out of its text; of Python the docstring too. `text` begins with what stands above it. */
export function splitDoc(text: string, language: string): SplitDeclaration {
  const lines = text.split("\n");
  const code: string[] = [];
  const doc: string[] = [];
  const mark = lineMarks[language] ?? slashes;
  let at = 0;
  for (; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (/^\s*\/\*/.test(line)) {
      for (; at < lines.length; at++) {
        doc.push(bare(lines[at] ?? ""));
        if ((lines[at] ?? "").includes("*/")) break;
      }
    } else if (mark.test(line)) doc.push(bare(line));
    else if (line.trim() === "" || isAttribute(line, language)) code.push(line);
    else break;
  }
  const rest = lines.slice(at);
  if (language !== "python") return { code: [...code, ...rest].join("\n").trim(), doc: words(doc.join("\n")) };
  const inner = withoutDocstring(rest);
  return { code: [...code, inner.code].join("\n").trim(), doc: words(inner.doc ?? "") };
}

function isAttribute(line: string, language: string): boolean {
  return /^\s*@\w/.test(line) || (language === "rust" && /^\s*#!?\[/.test(line)) || /^\s*#\[/.test(line);
}

function bare(line: string): string {
  return line
    .trim()
    .replace(/^(?:\/\*+!?|\*+\/|\/\/[/!]?|\*+(?!\/)|#+)\s?/, "")
    .replace(/\s*\*+\/$/, "");
}

function withoutDocstring(lines: readonly string[]): SplitDeclaration {
  const text = lines.join("\n");
  const header = headerEnd(text);
  const match = /^\s*[rbuRBU]{0,2}("""|''')/.exec(text.slice(header));
  if (match?.[1] === undefined) return { code: text, doc: null };
  const start = header + match[0].length;
  const end = text.indexOf(match[1], start);
  if (end === -1) return { code: text, doc: null };
  const doc = text
    .slice(start, end)
    .split("\n")
    .map((line) => line.trim())
    .join("\n");
  return { code: text.slice(0, header) + text.slice(end + 3), doc };
}

/** The index behind the colon that ends a Python header: the first one outside of brackets and strings. */
function headerEnd(text: string): number {
  let depth = 0;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const unit = text[at] ?? "";
    if (quote !== null) {
      if (unit === quote) quote = null;
    } else if (unit === '"' || unit === "'") quote = unit;
    else if ("([{".includes(unit)) depth++;
    else if (")]}".includes(unit)) depth--;
    else if (unit === ":" && depth === 0) return at + 1;
  }
  return text.length;
}

function words(doc: string): string | null {
  return /[\p{L}\p{N}]/u.test(doc) ? doc.trim() : null;
}

const notAQuestion =
  /inheritdoc|copyright|licen[sc]e|eslint|do not edit|^deprecated|^todo|^fixme|^see\b|^@|^internal|noqa|https?:/i;

/** The first sentence of a doc comment as somebody could ask for it; null when it is none. */
export function firstSentence(doc: string, name: string): string | null {
  const text = doc
    .replaceAll(/<\/?[a-zA-Z][^>\n]{0,80}>/g, " ")
    .replaceAll(/\{@?\w+\s+([^}\n]+)\}/g, "$1")
    .replaceAll(/:\w+:`~?([^`\n]+)`/g, "$1")
    .replaceAll(/[`*]+/g, "");
  const paragraph =
    /^[\s\S]*?(?=\n\s*\n|\n\s*(?:@|:\w+[ :]|Parameters|Args:|Returns:|[-=~]{4}|```|# Examples?|==)|$)/.exec(
      text,
    )?.[0] ?? "";
  const line = paragraph.replaceAll(/\s+/g, " ").trim();
  const sentence = (/^.*?[.!?](?=\s+[A-Z(]|$)/.exec(line)?.[0] ?? line).replace(/[.:!]$/, "").trim();
  const spoken = sentence.toLowerCase().startsWith(`${name.toLowerCase()} `)
    ? sentence.slice(name.length + 1)
    : sentence;
  const count = spoken.split(" ").length;
  if (count < 4 || count > 40 || notAQuestion.test(spoken) || !isEnglish(spoken)) return null;
  return spoken;
}

function isEnglish(text: string): boolean {
  const letters = text.replaceAll(/[^a-z]/gi, "").length;
  return letters > text.length * 0.65;
}
