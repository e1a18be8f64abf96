/** A word of up to so many letters is one token more often than not. */
const wordUnits = 8;
/** Keys and hashes: that long, with that share of digits. */
const keyUnits = 24;
const keyDigitShare = 1 / 14;

/**
 * Tokens of one run of each kind. `n` is its length in UTF-16 units. The order is that of the alternatives: what is cut off first
 * belongs together.
 */
const kinds: readonly { readonly pattern: string; readonly cost: (n: number) => number }[] = [
  { pattern: "[A-Z]?[a-z]+|[A-Z]+", cost: (n) => (n <= wordUnits ? 1 : 1 + (n - wordUnits) / 2) },
  { pattern: "[0-9]+", cost: (n) => Math.ceil(n / 3) },
  // A blank belongs to the word behind it, but not to a number.
  { pattern: "[ \\t](?![ \\t0-9])", cost: () => 0 },
  { pattern: "[ \\t]+", cost: (n) => 1 + n / 40 },
  { pattern: "[\\r\\n]+(?![ \\t]{2})", cost: (n) => 1 + n / 12 },
  { pattern: "[\\r\\n]+ +", cost: (n) => 1.2 + n / 40 },
  { pattern: "[\\r\\n]+[ \\t]+", cost: (n) => 3 + n / 40 },
  { pattern: "[!-/:-@[-`{-~]+", cost: (n) => (n === 1 ? 1 : n * 0.67) },
  { pattern: "[\\u0080-\\u024f]+", cost: (n) => n * 0.8 },
  { pattern: "[\\u0400-\\u052f]+", cost: (n) => n * 0.55 },
  { pattern: "[\\u0600-\\u077f]+", cost: (n) => n * 0.8 },
  { pattern: "[\\u3000-\\ud7ff\\uff00-\\uffef]+", cost: (n) => n },
  { pattern: "[\\u0250-\\u2fff\\ue000-\\uffff]+", cost: (n) => n * 1.25 },
  { pattern: "[\\ud800-\\udfff]+", cost: (n) => n * 2 },
];
/** Answers count at least one token for so many characters: clients also cut by characters. */
export const charactersPerToken = 4;

const anyRun = new RegExp(`${kinds.map(({ pattern }) => `(${pattern})`).join("|")}|[^]`, "g");
const longRun = new RegExp(`[A-Za-z0-9+/=_-]{${keyUnits},}`, "g");

/**
 * How many tokens a model counts for a text, by its characters, rather too many than too few. Measured with js-tiktoken: the greater of
 * o200k and cl100k is 0.7 to 1.0 of this for code, prose, tables, minified code, other scripts and keys (token-count.test.ts). A fixed
 * 3.5 characters a token counts code 15 % too high, and Chinese and Arabic at less than half.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const match of text.matchAll(anyRun)) {
    const kind = match.findIndex((group, index) => index > 0 && group !== undefined);
    tokens += kind === -1 ? 1 : (kinds[kind - 1]?.cost(match[0].length) ?? 1);
  }
  return Math.ceil(tokens + extraOfKeys(text));
}

/** Keys and hashes look like short words and numbers, and cost more. */
function extraOfKeys(text: string): number {
  let extra = 0;
  for (const [run] of text.matchAll(longRun)) {
    const digits = run.match(/[0-9]/g)?.length ?? 0;
    if (digits / run.length > keyDigitShare) extra += run.length * (/[A-Z]/.test(run) ? 0.25 : 0.15);
  }
  return extra;
}

/** What a text counts in an answer: its tokens, and at least one for four characters. */
export function answerTokens(text: string): number {
  return Math.max(countTokens(text), Math.ceil(text.length / charactersPerToken));
}
