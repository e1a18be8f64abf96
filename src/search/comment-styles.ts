/** What is a comment in a language, as far as it can be told without a parser. */
export interface CommentStyle {
  /** Where the comment that begins at `at` ends; `at` itself when none does. */
  endOf(text: string, at: number): number;
  /** Whether quotes make strings; in prose they do not. */
  readonly hasStrings: boolean;
}

const byLanguage: Readonly<Record<string, string>> = {
  hash: "python ruby shell perl r julia elixir yaml toml make makefile dockerfile nim coffeescript tcl cmake crystal starlark gdscript hcl nix",
  both: "php powershell terraform awk",
  dash: "sql lua haskell elm ada vhdl purescript plsql",
  semicolon: "clojure lisp scheme racket emacs-lisp ini assembly autohotkey",
  percent: "erlang latex tex matlab prolog octave",
  prose: "markdown rst asciidoc text org html xml csv json json5",
};

const styleNames = new Map(
  Object.entries(byLanguage).flatMap(([style, languages]) => languages.split(" ").map((language) => [language, style])),
);

const slash = "/".charCodeAt(0);
const star = "*".charCodeAt(0);
const hash = "#".charCodeAt(0);
const dash = "-".charCodeAt(0);
const semicolon = ";".charCodeAt(0);
const percent = "%".charCodeAt(0);

type Rule = (text: string, at: number, unit: number) => number;

const slashes: Rule = (text, at, unit) => {
  if (unit !== slash) return at;
  const next = text.charCodeAt(at + 1);
  if (next === star) return endOr(text.indexOf("*/", at + 2), 2, text);
  return next === slash && text[at - 1] !== ":" ? lineEnd(text, at) : at;
};
const hashes: Rule = (text, at, unit) => (unit === hash ? lineEnd(text, at) : at);
// A string that stands alone on its line documents what it stands in, as in Python.
const docStrings: Rule = (text, at, unit) => {
  if (unit !== 34 && unit !== 39) return at;
  const quotes = text.slice(at, at + 3);
  if ((quotes !== '"""' && quotes !== "'''") || !isLineStart(text, at)) return at;
  return endOr(text.indexOf(quotes, at + 3), 3, text);
};
// In C and its kin a line that begins with # is no comment, but one of a script is: "# " tells them apart.
const scriptHashes: Rule = (text, at, unit) =>
  unit === hash && text[at + 1] === " " && isLineStart(text, at) ? lineEnd(text, at) : at;
const dashes: Rule = (text, at, unit) =>
  unit === dash && text.charCodeAt(at + 1) === dash
    ? lineEnd(text, at)
    : slashes(text, at, text[at + 1] === "*" ? unit : 0);
const semicolons: Rule = (text, at, unit) => (unit === semicolon ? lineEnd(text, at) : at);
const percents: Rule = (text, at, unit) => (unit === percent ? lineEnd(text, at) : at);
const none: Rule = (_text, at) => at;

const rules: Readonly<Record<string, readonly Rule[]>> = {
  hash: [hashes, docStrings],
  both: [hashes, slashes],
  dash: [dashes],
  semicolon: [semicolons],
  percent: [percents],
  prose: [none],
  slash: [slashes],
  unknown: [slashes, scriptHashes, docStrings],
};

/** The style of a language; what is not listed has comments as C has, null is anything. */
export function commentStyleOf(language: string | null): CommentStyle {
  const name = language === null ? "unknown" : (styleNames.get(language) ?? "slash");
  const own = rules[name] ?? [slashes];
  return {
    hasStrings: name !== "prose",
    endOf: (text, at) => {
      const unit = text.charCodeAt(at);
      for (const rule of own) {
        const end = rule(text, at, unit);
        if (end > at) return end;
      }
      return at;
    },
  };
}

function lineEnd(text: string, at: number): number {
  return endOr(text.indexOf("\n", at), 0, text);
}

function endOr(found: number, more: number, text: string): number {
  return found === -1 ? text.length : found + more;
}

function isLineStart(text: string, at: number): boolean {
  for (let i = at - 1; i >= 0; i--) {
    const char = text[i];
    if (char === "\n") return true;
    // The letter before a string says how it is written.
    if (char !== " " && char !== "\t" && !(i === at - 1 && /[rRuUbB]/.test(char ?? ""))) return false;
  }
  return true;
}
