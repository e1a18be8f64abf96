import type { SimilarGroup, SimilarKind, SimilarMatch } from "../core/similar.ts";
import type { SimilarAnswer, SimilarMine, SimilarPair } from "./similar-input.ts";

interface CollectedPair {
  readonly mine: SimilarMine;
  readonly theirs: SimilarMatch & { readonly isOwn: boolean };
  readonly rank: number;
}

const kindRank: Readonly<Record<SimilarKind, number>> = { identical: 2, "near-copy": 1, "look-alike": 0 };
// Of two files that were copied whole, some pairs tell it; the others are counted.
const maxOfTwoFiles = 3;
const maxKept = 20_000;

/** Gathers pairs of a whole comparison, in bounded memory, and puts the telling ones first. */
export class PairCollector {
  readonly #ownKeys: ReadonlySet<string>;
  readonly #seen = new Set<string>();
  readonly #checkouts = new Map<
    string,
    { -readonly [K in keyof SimilarAnswer["checkouts"][number]]: SimilarAnswer["checkouts"][number][K] }
  >();
  readonly found: Record<SimilarKind, number> = { identical: 0, "near-copy": 0, "look-alike": 0 };
  #pairs: CollectedPair[] = [];

  /** `ownKeys`: keys of the sources that are the caller's own directories. */
  constructor(ownKeys: ReadonlySet<string>) {
    this.#ownKeys = ownKeys;
  }

  add(mine: SimilarMine, { matches, sameFileAt, distinctWords }: SimilarGroup): void {
    for (const { source, sourcePath, branch } of sameFileAt) {
      const key = sourcePath ?? source;
      const known = this.#checkouts.get(key) ?? { source, sourcePath, branch, passages: 0 };
      known.passages++;
      this.#checkouts.set(key, known);
    }
    for (const match of matches) {
      const isOwn = this.#ownKeys.has(match.sourceKey);
      if (isOwn && this.#isMirrored(mine, match)) continue;
      this.found[match.match]++;
      this.#pairs.push({ mine, theirs: { ...match, isOwn }, rank: rankOf(match, distinctWords) });
    }
    if (this.#pairs.length > 2 * maxKept) this.#pairs = this.#best().slice(0, maxKept);
  }

  get checkouts(): SimilarAnswer["checkouts"] {
    return [...this.#checkouts.values()].toSorted((a, b) => b.passages - a.passages);
  }

  /** The best pairs, at most so many, and not more than three of the same two files. */
  pairs(limit: number): SimilarPair[] {
    const ofFiles = Map.groupBy(
      this.#best(),
      ({ mine, theirs }) => `${mine.path}\0${theirs.sourceKey}\0${theirs.path}`,
    );
    const shown: (SimilarPair & { readonly rank: number })[] = [];
    for (const pairs of ofFiles.values()) {
      // Of one file's own pasted lines nothing is folded away.
      const most = pairs[0]?.mine.path === null ? pairs.length : maxOfTwoFiles;
      for (const [index, pair] of pairs.slice(0, most).entries())
        shown.push({ ...pair, furtherOfFiles: index === 0 ? Math.max(0, pairs.length - most) : 0 });
    }
    return shown
      .toSorted((a, b) => b.rank - a.rank)
      .slice(0, limit)
      .map(({ mine, theirs, furtherOfFiles }) => ({ mine, theirs, furtherOfFiles }));
  }

  /** Two own passages are like each other in both directions: once is enough. */
  #isMirrored(mine: SimilarMine, theirs: SimilarMatch): boolean {
    const ends = [`${mine.path}:${mine.startLine}`, `${theirs.path}:${theirs.startLine}`].toSorted();
    const key = ends.join("\0");
    const isKnown = this.#seen.has(key);
    this.#seen.add(key);
    return isKnown;
  }

  #best(): CollectedPair[] {
    return this.#pairs.toSorted((a, b) => b.rank - a.rank);
  }
}

/** By kind, and in it by likeness times how much the passage says: ten different words alike are less than a hundred. */
function rankOf({ match, similarity }: SimilarMatch, distinctWords: number): number {
  return kindRank[match] + 0.99 * similarity * (1 - Math.exp(-distinctWords / 20));
}
