/** Words of the index that resemble a word which it does not have. */
export interface NearWords {
  /** Terms that contain the word, the shortest first. */
  readonly containing: readonly string[];
  /** Terms that are spelt much like it, the nearest first. */
  readonly similar: readonly string[];
}

const maxContaining = 32;
const maxSimilar = 5;
// Shorter words are part of too many.
const minLength = 3;
const minSimilarity = 0.5;
/** A pasted file may have hundreds of unknown words; nobody wants advice about all. */
const maxWords = 8;

/**
 * Looks for words in texts where each term stands between two line ends. Similar are terms that begin alike and share at least half
 * of their letter trigrams (Dice's coefficient).
 */
export function nearWords(vocabulary: readonly string[], words: readonly string[]): Map<string, NearWords> {
  const wanted = [...new Set(words)].filter((word) => word.length >= minLength).slice(0, maxWords);
  return new Map(
    wanted.map((word) => [
      word,
      { containing: termsContaining(vocabulary, word), similar: similarTerms(vocabulary, word) },
    ]),
  );
}

function termsContaining(vocabulary: readonly string[], word: string): string[] {
  const found = new Set<string>();
  for (const text of vocabulary) {
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
      const term = termAround(text, at);
      if (term !== word) found.add(term);
    }
  }
  return [...found].toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1)).slice(0, maxContaining);
}

function similarTerms(vocabulary: readonly string[], word: string): string[] {
  const trigrams = trigramsOf(word);
  const start = `\n${String.fromCodePoint(word.codePointAt(0) ?? 0)}`;
  const found = new Map<string, number>();
  for (const text of vocabulary) {
    for (let at = text.indexOf(start); at !== -1; at = text.indexOf(start, at + 1)) {
      const end = text.indexOf("\n", at + 1);
      // Words of very different lengths cannot share half of their trigrams.
      if (Math.abs(end - at - 1 - word.length) > Math.max(2, word.length / 2)) continue;
      const term = text.slice(at + 1, end);
      const similarity = dice(trigrams, trigramsOf(term));
      if (similarity >= minSimilarity && term !== word) found.set(term, similarity);
    }
  }
  return [...found]
    .toSorted(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .slice(0, maxSimilar)
    .map(([term]) => term);
}

function termAround(text: string, at: number): string {
  return text.slice(text.lastIndexOf("\n", at) + 1, text.indexOf("\n", at));
}

function trigramsOf(word: string): Set<string> {
  const padded = `  ${word} `;
  const trigrams = new Set<string>();
  for (let at = 0; at + 3 <= padded.length; at++) trigrams.add(padded.slice(at, at + 3));
  return trigrams;
}

function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const trigram of a) if (b.has(trigram)) shared += 1;
  return (2 * shared) / (a.size + b.size);
}
