import { stemmer } from "stemmer";
import { emptyHash, hashOf, nextHash, WordTable } from "./word-table.ts";

/** One word of a text, as retrieval sees it. All tokens are lower case; ASCII parts longer than two letters are Porter stems. */
export interface WordTokens {
  /** camelCase, digit and underscore parts in order; for scripts without spaces the pairs of neighbouring characters. */
  readonly parts: readonly string[];
  /** The identifier as one token without underscores, where it has more than one part. */
  readonly whole: string | null;
  /** Single characters of a script without spaces, so that a query of one character finds the longer words. */
  readonly characters: readonly string[];
  /** Parts without accents, and with `ss` for `ß` and the like, where they differ: as people type who have no such keys. */
  readonly plain: readonly string[];
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
  /** Lets go of the words that it remembers; it remembers anew what comes next. */
  forget(): void;
}

interface CachedWord extends WordTokens {
  readonly word: string;
  readonly joinedParts: string;
  readonly joinedRest: string;
}

/** Longer words (keys, base64) become one token of this many characters. */
const maxWordLength = 64;
/** Passages of fewer words are cut again faster than they are found again. */
const minKeptWords = 8;
/** Of one batch of writes, with room to spare; some megabytes. */
const maxKeptWords = 600_000;
/** A word with this many runs of digits is a hash or an id, not a name: its parts say nothing. */
const maxDigitRuns = 3;

// [A-Za-z0-9_], by UTF-16 unit.
const isWordUnit = Uint8Array.from({ length: 128 }, (_, unit) => (/\w/.test(String.fromCharCode(unit)) ? 1 : 0));
const nonAscii = /[\u0080-\uffff]/;
// A pictograph is a word of its own: people put them into texts, and ask for them.
const anyWord = /[\p{L}\p{M}\p{N}_]+|\p{Extended_Pictographic}/gu;
// "Show this as a picture": not part of any word.
const variationSelector = "\uFE0F";
const accents = /[\u0300-\u036f]+/g;
const ligatures: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ł: "l", ı: "i" };
const asciiPart = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g;
const anyPart = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|[\p{Lo}\p{Lm}\p{Lt}\p{M}]+/gu;
const asciiLetters = /^[a-z]{3,}$/;
const spacelessScripts =
  "\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{sc=Hangul}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}\\p{sc=Tibetan}";
const spacelessRun = new RegExp(`([${spacelessScripts}]+)`, "u");

/** Holds a bounded cache of words, because code repeats few names often; share one tokenizer per thread. */
export function createTokenizer(options: { readonly maxCachedWords?: number } = {}): Tokenizer {
  const table = new WordTable<CachedWord>(options.maxCachedWords ?? 60_000);
  const analyse = createAnalyser(table);
  const indexed = new IndexedTexts();
  return {
    words: (text) => analyse(text).map((tokens) => ({ word: tokens.word, tokens })),
    parts: (text) => {
      const parts: string[] = [];
      for (const { parts: own } of indexed.take(text) ?? analyse(text)) for (const part of own) parts.push(part);
      return parts;
    },
    indexText: (text) => {
      const words = analyse(text);
      indexed.keep(text, words);
      return joinedWords(words);
    },
    forget: () => {
      table.clear();
      indexed.clear();
    },
  };
}

/**
 * A passage is embedded soon after it was indexed: its words are kept until then. What is never embedded, because its vector is known,
 * leaves when it is too much.
 */
class IndexedTexts {
  readonly #words = new Map<string, readonly CachedWord[]>();
  #kept = 0;

  keep(text: string, words: readonly CachedWord[]): void {
    if (words.length < minKeptWords) return;
    if (this.#kept > maxKeptWords) this.clear();
    this.#words.set(text, words);
    this.#kept += words.length;
  }

  take(text: string): readonly CachedWord[] | undefined {
    const words = this.#words.get(text);
    if (words !== undefined && this.#words.delete(text) && this.#words.size === 0) this.clear();
    return words;
  }

  clear(): void {
    this.#words.clear();
    this.#kept = 0;
  }
}

/** The words of a text in order, each analysed once for as long as it is in use. */
function createAnalyser(table: WordTable<CachedWord>): (text: string) => CachedWord[] {
  const place = { from: 0, to: 0, hash: emptyHash };
  const asciiWords = (text: string): CachedWord[] => {
    const words: CachedWord[] = [];
    let from = -1;
    let hash = emptyHash;
    for (let at = 0; at <= text.length; at++) {
      const unit = text.charCodeAt(at);
      // Beyond the end, the unit is NaN, which is no word unit either.
      if (isWordUnit[unit] === 1) {
        if (from === -1) [from, hash] = [at, emptyHash];
        hash = nextHash(hash, unit);
      } else if (from !== -1) {
        place.from = from;
        place.to = at;
        place.hash = hash;
        words.push(table.get(text, place, analyseWord));
        from = -1;
      }
    }
    return words;
  };
  const anyWords = (text: string): CachedWord[] =>
    (text.normalize("NFKC").replaceAll(variationSelector, "").match(anyWord) ?? []).map((word) =>
      table.get(word, { from: 0, to: word.length, hash: hashOf(word) }, analyseWord),
    );
  return (text) => (nonAscii.test(text) ? anyWords(text) : asciiWords(text));
}

function joinedWords(words: readonly CachedWord[]): string {
  const joinedTokens = words.map(({ joinedParts }) => joinedParts);
  for (const { joinedRest } of words) if (joinedRest !== "") joinedTokens.push(joinedRest);
  return joinedTokens.join("");
}

function analyseWord(word: string): CachedWord {
  const tokens = nonAscii.test(word) ? analyseAnyWord(word) : analyseSpacedWord(word, asciiPart);
  const rest = [...(tokens.whole === null ? [] : [tokens.whole]), ...tokens.characters, ...tokens.plain];
  return { word, ...tokens, joinedParts: joined(tokens.parts), joinedRest: joined(rest) };
}

function joined(tokens: readonly string[]): string {
  return tokens.map((token) => `${token} `).join("");
}

function analyseAnyWord(word: string): WordTokens {
  const parts: string[] = [];
  const characters: string[] = [];
  const plain: string[] = [];
  let whole: string | null = null;
  // split() with a group puts the runs of scripts without spaces at the odd places.
  for (const [index, piece] of word.split(spacelessRun).entries()) {
    if (piece === "") continue;
    const tokens = index % 2 === 1 ? analyseSpacelessRun(piece) : analyseSpacedWord(piece, anyPart);
    parts.push(...tokens.parts);
    characters.push(...tokens.characters);
    plain.push(...tokens.plain);
    whole ??= tokens.whole;
  }
  return { parts, whole, characters, plain };
}

function analyseSpacelessRun(run: string): WordTokens {
  const characters = Array.from(run.toLowerCase());
  if (characters.length === 1) return { parts: characters, whole: null, characters: [], plain: [] };
  const pairs = characters.slice(1).map((character, index) => `${characters[index]}${character}`);
  return { parts: pairs, whole: null, characters: [...new Set(characters)], plain: [] };
}

function analyseSpacedWord(word: string, partPattern: RegExp): WordTokens {
  const whole = normalToken(word.replaceAll("_", "").slice(0, maxWordLength));
  if (whole === "") return { parts: [], whole: null, characters: [], plain: [] };
  const parts = word.length > maxWordLength ? [] : (word.match(partPattern) ?? []).map(normalToken);
  const digitRuns = parts.filter((part) => /^\p{N}/u.test(part)).length;
  if (parts.length <= 1 || digitRuns > maxDigitRuns)
    return { parts: [whole], whole: null, characters: [], plain: plainForms([whole]) };
  return { parts, whole, characters: [], plain: plainForms(parts) };
}

function plainForms(parts: readonly string[]): string[] {
  return parts
    .filter((part) => nonAscii.test(part))
    .flatMap((part) => {
      const letters = part
        .normalize("NFD")
        .replaceAll(accents, "")
        .replaceAll(/[ßæœøđłı]/g, (letter) => ligatures[letter] ?? "");
      const plain = normalToken(letters.normalize("NFC"));
      return plain === part || plain === "" ? [] : [plain];
    });
}

function normalToken(part: string): string {
  const lower = part.toLowerCase();
  return asciiLetters.test(lower) ? stemmer(lower) : lower;
}
