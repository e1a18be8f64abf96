import { stemmer } from "stemmer";

/** One word of a text, as retrieval sees it. All tokens are lower case; ASCII parts longer than two letters are Porter stems. */
export interface WordTokens {
  /** camelCase, digit and underscore parts in order; for scripts without spaces the pairs of neighbouring characters. */
  readonly parts: readonly string[];
  /** The identifier as one token without underscores, where it has more than one part. */
  readonly whole: string | null;
  /** Single characters of a script without spaces, so that a query of one character finds the longer words. */
  readonly characters: readonly string[];
}

/** The one tokeniser of index, query and embedder. */
export interface Tokenizer {
  /** Tokens of each word, in the order of the text. */
  words(text: string): { readonly word: string; readonly tokens: WordTokens }[];
  /** All parts in order: what the embedder counts. */
  readonly parts: (text: string) => string[];
  /**
   * Text for an index column: parts in order, then wholes and characters, joined by spaces. Wholes stand last so that the
   * parts of a phrase stay neighbours.
   */
  indexText(text: string): string;
}

interface CachedWord extends WordTokens {
  readonly joinedParts: string;
  readonly joinedRest: string;
}

/** Longer words (keys, base64) become one token of this many characters. */
const maxWordLength = 64;
/** A word with this many runs of digits is a hash or an id, not a name: its parts say nothing. */
const maxDigitRuns = 3;

const nonAscii = /[\u0080-\uffff]/;
const asciiWord = /[A-Za-z0-9_]+/g;
const anyWord = /[\p{L}\p{M}\p{N}_]+/gu;
const asciiPart = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g;
const anyPart = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|[\p{Lo}\p{Lm}\p{Lt}\p{M}]+/gu;
const asciiLetters = /^[a-z]{3,}$/;
const spacelessScripts =
  "\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{sc=Hangul}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}\\p{sc=Tibetan}";
const spacelessRun = new RegExp(`([${spacelessScripts}]+)`, "u");

/** Holds a bounded cache of words, because code repeats few names often; share one tokenizer per thread. */
export function createTokenizer(options: { readonly maxCachedWords?: number } = {}): Tokenizer {
  const lookUp = cachedByWord(analyseWord, options.maxCachedWords ?? 100_000);
  return {
    words: (text) => splitWords(text).map((word) => ({ word, tokens: lookUp(word) })),
    parts: (text) => {
      const parts: string[] = [];
      for (const word of splitWords(text)) for (const part of lookUp(word).parts) parts.push(part);
      return parts;
    },
    indexText: (text) => {
      let parts = "";
      let rest = "";
      for (const word of splitWords(text)) {
        const tokens = lookUp(word);
        parts += tokens.joinedParts;
        rest += tokens.joinedRest;
      }
      return parts + rest;
    },
  };
}

function splitWords(text: string): readonly string[] {
  if (!nonAscii.test(text)) return text.match(asciiWord) ?? [];
  return text.normalize("NFKC").match(anyWord) ?? [];
}

/** Two generations stand for "recently used": a full young one becomes the old one, whose hits move back up. */
function cachedByWord(analyse: (word: string) => CachedWord, maxWords: number): (word: string) => CachedWord {
  let young = new Map<string, CachedWord>();
  let old = new Map<string, CachedWord>();
  return (word) => {
    const known = young.get(word);
    if (known !== undefined) return known;
    // A match is a view into its whole text; the copy keeps the cache from holding every text it has seen.
    const copy = Buffer.from(word).toString();
    const tokens = old.get(copy) ?? analyse(copy);
    if (young.size >= maxWords / 2) {
      old = young;
      young = new Map();
    }
    young.set(copy, tokens);
    return tokens;
  };
}

function analyseWord(word: string): CachedWord {
  const tokens = nonAscii.test(word) ? analyseAnyWord(word) : analyseSpacedWord(word, asciiPart);
  const rest = tokens.whole === null ? tokens.characters : [tokens.whole, ...tokens.characters];
  return { ...tokens, joinedParts: joined(tokens.parts), joinedRest: joined(rest) };
}

function joined(tokens: readonly string[]): string {
  return tokens.map((token) => `${token} `).join("");
}

function analyseAnyWord(word: string): WordTokens {
  const parts: string[] = [];
  const characters: string[] = [];
  let whole: string | null = null;
  // split() with a group puts the runs of scripts without spaces at the odd places.
  for (const [index, piece] of word.split(spacelessRun).entries()) {
    if (piece === "") continue;
    const tokens = index % 2 === 1 ? analyseSpacelessRun(piece) : analyseSpacedWord(piece, anyPart);
    parts.push(...tokens.parts);
    characters.push(...tokens.characters);
    whole ??= tokens.whole;
  }
  return { parts, whole, characters };
}

function analyseSpacelessRun(run: string): WordTokens {
  const characters = Array.from(run.toLowerCase());
  if (characters.length === 1) return { parts: characters, whole: null, characters: [] };
  const pairs = characters.slice(1).map((character, index) => `${characters[index]}${character}`);
  return { parts: pairs, whole: null, characters: [...new Set(characters)] };
}

function analyseSpacedWord(word: string, partPattern: RegExp): WordTokens {
  const whole = normalToken(word.replaceAll("_", "").slice(0, maxWordLength));
  if (whole === "") return { parts: [], whole: null, characters: [] };
  const parts = word.length > maxWordLength ? [] : (word.match(partPattern) ?? []).map(normalToken);
  const digitRuns = parts.filter((part) => /^\p{N}/u.test(part)).length;
  if (parts.length <= 1 || digitRuns > maxDigitRuns) return { parts: [whole], whole: null, characters: [] };
  return { parts, whole, characters: [] };
}

function normalToken(part: string): string {
  const lower = part.toLowerCase();
  return asciiLetters.test(lower) ? stemmer(lower) : lower;
}
