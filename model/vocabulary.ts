/** In how many pairs each word occurs, by package. Pairs of one package come one after another. */
export interface WordStatistics {
  add(packageName: string, words: ReadonlySet<string>): void;
  documents(): number;
  entries(): Iterable<readonly [word: string, statistics: WordFrequency]>;
}

export interface WordFrequency {
  /** Pairs that hold the word. */
  frequency: number;
  /** The same, but of each package at most `maxOfPackage`. */
  spread: number;
}

export interface ChosenWord {
  readonly word: string;
  readonly frequency: number;
  readonly spread: number;
}

const maxOfPackage = 25;
const maxWordChars = 24;

export function createWordStatistics(): WordStatistics {
  const words = new Map<string, WordFrequency & { package: string; ofPackage: number }>();
  let documents = 0;
  return {
    add(packageName, distinct) {
      documents++;
      for (const word of distinct) {
        const known = words.get(word);
        if (known === undefined) {
          words.set(word, { frequency: 1, spread: 1, package: packageName, ofPackage: 1 });
          continue;
        }
        known.frequency++;
        known.ofPackage = known.package === packageName ? known.ofPackage + 1 : 1;
        known.package = packageName;
        if (known.ofPackage <= maxOfPackage) known.spread++;
      }
    },
    documents: () => documents,
    entries: () => words,
  };
}

/**
 * The words that get a row: the most frequent ones, where no package counts for more than 25 pairs, so that the names of one big
 * package do not take the place of words that many use. Words of more than 24 characters and numbers of more than two digits get none.
 */
export function chooseWords(statistics: WordStatistics, count: number): ChosenWord[] {
  const candidates: ChosenWord[] = [];
  for (const [word, { frequency, spread }] of statistics.entries())
    if (word.length <= maxWordChars && !/^\d{3,}$/.test(word)) candidates.push({ word, frequency, spread });
  return candidates
    .toSorted((a, b) => b.spread - a.spread || b.frequency - a.frequency || (a.word < b.word ? -1 : 1))
    .slice(0, count);
}
