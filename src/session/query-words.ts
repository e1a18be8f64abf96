/** A word of the question, and what shows that a text has it. */
export interface QueryWord {
  /** As it was written, in the composed form of its characters. */
  readonly text: string;
  /** Lower case, without the usual endings; a name in camel case has its parts. */
  readonly marks: readonly string[];
  /** Whether one of the marks is enough: the pairs of characters of a script without spaces. */
  readonly isAny: boolean;
}

/** More tells nothing more, and a question may be a whole file. */
const maxWords = 64;
const maxCharacters = 10_000;
const questionWords = new Set(
  "the and for are was how why who what when where which with from into that this these those does did has have not can could should would you your our its there find show use used using get gets all any about".split(
    " ",
  ),
);
const spaceless =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const part = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|\p{L}+/gu;

/** The distinct telling words of a question, in order, at most 64 of its first 10,000 characters. */
export function queryWords(query: string): QueryWord[] {
  const words = new Map<string, QueryWord>();
  for (const [text] of query
    .slice(0, maxCharacters)
    .normalize("NFKC")
    .matchAll(/[\p{L}\p{M}\p{N}_]+/gu)) {
    if (words.size === maxWords) break;
    const lower = text.toLowerCase();
    if (words.has(lower) || questionWords.has(lower)) continue;
    if (spaceless.test(text)) words.set(lower, { text, marks: pairsOf(lower), isAny: true });
    else if (text.length > 2) words.set(lower, { text, marks: marksOf(text), isAny: false });
  }
  return [...words.values()];
}

/** A text as words are looked for in it, and as the index has it: one form of each character, in lower case. */
export function comparableText(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}

/** Whether a text, made comparable, has the word in one of its forms. */
export function hasWord(comparable: string, { marks, isAny }: QueryWord): boolean {
  const isIn = (mark: string) => comparable.includes(mark);
  return isAny ? marks.some(isIn) : marks.every(isIn);
}

function marksOf(word: string): string[] {
  const parts = (word.match(part) ?? [word]).map((one) => withoutEnding(one.toLowerCase()));
  return [...new Set(parts.length === 0 ? [word.toLowerCase()] : parts)];
}

/** Only for telling whether a word is there: what is left may be the beginning of other words too. */
function withoutEnding(word: string): string {
  const stem = word.replace(/(?:ing|ied|ies|ed|es|e|y|s)$/, "");
  return stem.length > 2 ? stem : word;
}

function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  if (characters.length < 2) return characters;
  return [...new Set(characters.slice(1).map((character, index) => `${characters[index]}${character}`))];
}
