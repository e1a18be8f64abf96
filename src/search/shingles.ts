import { commentStyleOf, type CommentStyle } from "./comment-styles.ts";
import { emptyHash, nextHash } from "./word-table.ts";

/**
 * A passage by its runs of tokens (Broder, "On the resemblance and containment of documents", 1997; for code Schleimer, Wilkerson and
 * Aiken, "Winnowing", 2003). All runs are kept and none is winnowed away: candidates come from the index, so sets need not be small.
 */
export interface Shingles {
  /** Hashes of runs of tokens as they are written, ascending, each once. Comments, white space, commas and semicolons are no tokens. */
  readonly named: Uint32Array;
  /** The same with one name for all variables: names that are called, or stand behind a dot, stay. */
  readonly shaped: Uint32Array;
  readonly tokens: number;
  /** Distinct words (names, keywords, strings) among the tokens: how much the passage says. */
  readonly distinctWords: number;
  /** Equal for texts that differ in comments and layout only. */
  readonly identity: number;
}

/** Shares from 0 to 1, of the runs with names; variables that were renamed count, a little less. */
export interface Likeness {
  /** Of all runs of both, the share that both have. */
  readonly resemblance: number;
  /** Of the runs of the first, the share that the second has. */
  readonly firstInSecond: number;
  readonly secondInFirst: number;
  /** Runs that both have. */
  readonly shared: number;
}

/** Tokens in a run: shorter runs meet by chance, longer ones break at each edit. Measured from 4 to 7: docs/decisions/0015-similar-passages.md. */
const shingleLength = 6;

// What matches only without the names of variables is a little less of a copy.
const shapedWeight = 0.9;
const minResemblance = 0.3;
const minSharedRuns = 12;
const minContained = 0.4;
const minSharedPiece = 24;
// A passage is some kilobytes; of a longer text the beginning tells enough.
const maxTokens = 20_000;
// Each of many quotes without an end would be followed through the whole line.
const maxStringLength = 2_000;

const keywords = new Set(
  "abstract and as async await bool boolean break byte case catch char class const continue def default defer del delete do double elif else elsif end enum export extends except extern false final finally float fn for foreach from func function global go goto if implements import in include instanceof int interface is lambda let local long match module mut namespace new nil none not null of or override package pass private protected pub public raise readonly rescue return self short signed static str string struct super switch then this throw throws trait true try type typedef typeof undefined union unless unsigned until use using val var virtual void when where while with yield".split(
    " ",
  ),
);

const digit = 1;
const letter = 2;
const blank = 3;
const unitKinds = Uint8Array.from({ length: 128 }, (_, unit) => {
  const char = String.fromCharCode(unit);
  if (/[0-9]/.test(char)) return digit;
  if (/[A-Za-z_$]/.test(char)) return letter;
  return /\s/.test(char) ? blank : 0;
});
const ignored = new Set([",", ";", "`"].map((char) => char.charCodeAt(0)));
const dot = ".".charCodeAt(0);
const open = "(".charCodeAt(0);
const newline = 10;
const backslash = "\\".charCodeAt(0);

/** Takes a text apart. `language` decides what a comment is; null: as in most languages. Takes time in proportion to the text. */
export function shinglesOf(text: string, language: string | null): Shingles {
  const { named, shaped, words } = tokenHashes(text, commentStyleOf(language));
  return {
    named: runsOf(named),
    shaped: runsOf(shaped),
    tokens: named.length,
    distinctWords: words.size,
    identity: named.reduce((hash, token) => (Math.imul(hash, 31) + token) | 0, named.length),
  };
}

export function likeness(first: Shingles, second: Shingles): Likeness {
  const named = shares(first.named, second.named);
  const shaped = shares(first.shaped, second.shaped);
  return {
    resemblance: Math.max(named.resemblance, shaped.resemblance * shapedWeight),
    firstInSecond: Math.max(named.firstInSecond, shaped.firstInSecond * shapedWeight),
    secondInFirst: Math.max(named.secondInFirst, shaped.secondInFirst * shapedWeight),
    shared: Math.max(named.shared, shaped.shared),
  };
}

/**
 * How much of a copy one is of the other, from 0.3 to 1; null: none. Of two passages either much is the same, or what is the same is a
 * large piece of one of them, as when a half was copied.
 */
export function copyShare(like: Likeness): number | null {
  const contained = Math.max(like.firstInSecond, like.secondInFirst);
  const isWhole = like.resemblance >= minResemblance && like.shared >= minSharedRuns;
  const isPart = contained >= minContained && like.shared >= minSharedPiece;
  if (!isWhole && !isPart) return null;
  // A piece counts less than the same share of the whole.
  return Math.max(like.resemblance, isPart ? (like.resemblance + contained) / 2 : 0);
}

function shares(first: Uint32Array, second: Uint32Array): Likeness {
  let shared = 0;
  for (let i = 0, j = 0; i < first.length && j < second.length;) {
    const [a, b] = [first[i] ?? 0, second[j] ?? 0];
    if (a === b) shared++;
    if (a <= b) i++;
    if (b <= a) j++;
  }
  const all = first.length + second.length - shared;
  return {
    resemblance: all === 0 ? 0 : shared / all,
    firstInSecond: first.length === 0 ? 0 : shared / first.length,
    secondInFirst: second.length === 0 ? 0 : shared / second.length,
    shared,
  };
}

function runsOf(tokens: readonly number[]): Uint32Array {
  const count = Math.max(0, tokens.length - shingleLength + 1);
  const runs = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let hash = emptyHash;
    for (let k = 0; k < shingleLength; k++) hash = Math.imul(hash ^ (tokens[i + k] ?? 0), 0x9e3779b1) ^ (hash >>> 15);
    runs[i] = hash;
  }
  runs.sort();
  let kept = 0;
  for (let i = 0; i < count; i++) if (i === 0 || runs[i] !== runs[i - 1]) runs[kept++] = runs[i] ?? 0;
  return runs.slice(0, kept);
}

function tokenHashes(
  text: string,
  style: CommentStyle,
): { named: number[]; shaped: number[]; words: ReadonlySet<number> } {
  const named: number[] = [];
  const shaped: number[] = [];
  const words = new Set<number>();
  let before = 0;
  for (let at = 0; at < text.length && named.length < maxTokens;) {
    const unit = text.charCodeAt(at);
    const kind = unit < 128 ? (unitKinds[unit] ?? 0) : letter;
    if (kind === blank) {
      at++;
      continue;
    }
    const comment = style.endOf(text, at);
    if (comment > at) {
      at = comment;
      continue;
    }
    let end = at + 1;
    if (kind === letter || kind === digit) while (end < text.length && isWordUnit(text.charCodeAt(end))) end++;
    else if (style.hasStrings && (unit === 34 || unit === 39)) end = endOfString(text, at);
    const isString = end > at + 1 && kind === 0;
    if (end === at + 1 && kind === 0 && (ignored.has(unit) || unit === 34 || unit === 39)) {
      at++;
      continue;
    }
    // Quotes of either kind say the same.
    const token = isString ? hashOfRange(text, at + 1, end - 1) : hashOfRange(text, at, end);
    named.push(token);
    if (kind === letter || isString) words.add(token);
    const isName = kind === letter && before !== dot && nextUnit(text, end) !== open;
    const isVariable = isName && !keywords.has(text.slice(at, end));
    shaped.push(isVariable ? 1 : token);
    before = unit;
    at = end;
  }
  return { named, shaped, words };
}

function isWordUnit(unit: number): boolean {
  const kind = unit < 128 ? (unitKinds[unit] ?? 0) : letter;
  return kind === letter || kind === digit;
}

/** Behind the closing quote on the same line; a quote without one stands alone. */
function endOfString(text: string, start: number): number {
  const quote = text.charCodeAt(start);
  const last = Math.min(text.length, start + maxStringLength);
  for (let at = start + 1; at < last; at++) {
    const unit = text.charCodeAt(at);
    if (unit === quote) return at + 1;
    if (unit === newline) break;
    if (unit === backslash) at++;
  }
  return start + 1;
}

function nextUnit(text: string, from: number): number {
  return text.charCodeAt(text.charCodeAt(from) === 32 ? from + 1 : from);
}

function hashOfRange(text: string, from: number, to: number): number {
  let hash = emptyHash;
  for (let at = from; at < to; at++) hash = nextHash(hash, text.charCodeAt(at));
  return hash;
}
