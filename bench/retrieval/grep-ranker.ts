import { type Corpus, chunksOf, type Ranker, wantedHits } from "./ranker.ts";

interface GrepIndex {
  readonly places: readonly string[];
  /** All texts in lower case, one behind the other. */
  readonly text: string;
  /** Where each begins. */
  readonly starts: Uint32Array;
  /** Hits of a word by passage. */
  readonly found: Map<string, ReadonlyMap<number, number>>;
}

/** As one who greps for each word of the question: passages by how many distinct words they hold, then by hits. */
export function createGrepRanker(): Ranker {
  const indexes = new Map<string, GrepIndex>();
  return {
    rank: (corpus, query) => {
      const index = indexes.get(corpus.name) ?? indexOf(corpus);
      indexes.set(corpus.name, index);
      const words = new Set(query.toLowerCase().match(/[\p{L}\p{N}_]{2,}/gu) ?? []);
      const scores = new Map<number, number>();
      for (const word of words) {
        for (const [passage, hits] of hitsOf(index, word)) {
          // Hits decide only between passages with as many distinct words.
          scores.set(passage, (scores.get(passage) ?? 0) + 1 + Math.min(hits, 999) / 1e6);
        }
      }
      return [...scores]
        .toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
        .slice(0, wantedHits)
        .map(([passage]) => [index.places[passage] ?? ""]);
    },
    close: () => indexes.clear(),
  };
}

function indexOf(corpus: Corpus): GrepIndex {
  const chunks = chunksOf(corpus);
  const texts = chunks.map(({ text }) => `${text.toLowerCase()}\n`);
  const starts = new Uint32Array(texts.length);
  let at = 0;
  for (const [passage, text] of texts.entries()) {
    starts[passage] = at;
    at += text.length;
  }
  return { places: chunks.map(({ place }) => place), text: texts.join(""), starts, found: new Map() };
}

function hitsOf(index: GrepIndex, word: string): ReadonlyMap<number, number> {
  const known = index.found.get(word);
  if (known !== undefined) return known;
  const hits = new Map<number, number>();
  let passage = 0;
  for (let at = index.text.indexOf(word); at !== -1; at = index.text.indexOf(word, at + word.length)) {
    while ((index.starts[passage + 1] ?? Infinity) <= at) passage++;
    hits.set(passage, (hits.get(passage) ?? 0) + 1);
  }
  index.found.set(word, hits);
  return hits;
}
