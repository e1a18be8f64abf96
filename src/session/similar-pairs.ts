import { absolutePlace } from "../core/absolute-place.ts";
import type { Source } from "../core/document.ts";
import type { SimilarGroup, SimilarKind, SimilarMatch } from "../core/similar.ts";
import type { SimilarAnswer, SimilarMine, SimilarPair } from "./similar-input.ts";

type CollectedMine = SimilarMine & { readonly sourcePath: string | null };

interface CollectedPair {
  readonly mine: SimilarMine;
  readonly theirs: SimilarMatch & { readonly isOwn: boolean };
  readonly rank: number;
}

const kindRank: Readonly<Record<SimilarKind, number>> = { identical: 2, "near-copy": 1, "look-alike": 0 };
// Of two files that were copied whole, some pairs tell it; the others are counted.
const maxOfTwoFiles = 3;
const maxKept = 20_000;
const maxTold = 500_000;

/** Gathers pairs of a whole comparison, in bounded memory, and puts the telling ones first. */
export class PairCollector {
  readonly #ownKeys: ReadonlySet<string>;
  readonly #ownRoots: readonly string[];
  /** Pairs of places that were told, in both directions. */
  readonly #told = new Set<string>();
  /** Places that a pair of identical passages was told of. */
  readonly #copies = new Set<string>();
  readonly #checkouts = new Map<
    string,
    { -readonly [K in keyof SimilarAnswer["checkouts"][number]]: SimilarAnswer["checkouts"][number][K] }
  >();
  readonly found: Record<SimilarKind, number> = { identical: 0, "near-copy": 0, "look-alike": 0 };
  #pairs: CollectedPair[] = [];

  /** `own`: the caller's own directories. */
  constructor(own: readonly Pick<Source, "key" | "path">[]) {
    this.#ownKeys = new Set(own.map(({ key }) => key));
    this.#ownRoots = own.flatMap(({ path }) => absolutePlace({ sourcePath: path, path: "" }) ?? []);
  }

  /** `sourcePath`: of the source that `mine` stands in. */
  add(mine: SimilarMine, { matches, sameFileAt, distinctWords }: SimilarGroup, sourcePath: string | null = null): void {
    for (const checkout of sameFileAt) {
      const key = checkout.sourcePath ?? checkout.source;
      const known = this.#checkouts.get(key) ?? { ...checkout, passages: 0 };
      known.passages++;
      this.#checkouts.set(key, known);
    }
    for (const match of matches) {
      const isOwn = this.#ownKeys.has(match.sourceKey);
      if (this.#isTold({ ...mine, sourcePath }, match)) continue;
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

  /** Two own passages are like each other in both directions, and many copies in all: once is enough. */
  #isTold({ path, sourcePath, startLine }: CollectedMine, theirs: SimilarMatch): boolean {
    if (path === null) return false;
    const own = placeKey({ path, sourcePath, startLine });
    const pairWith = (other: string) => [own, other].toSorted().join("\0");
    const isCopy = theirs.match === "identical" && this.#isCompared(theirs);
    const shown = placeKey(theirs);
    const isTold = this.#told.has(pairWith(shown)) || (isCopy && this.#copies.has(shown));
    if (this.#told.size > maxTold) return isTold;
    for (const place of [theirs, ...theirs.alsoAt].filter((each) => this.#isCompared(each))) {
      this.#told.add(pairWith(placeKey(place)));
      if (isCopy) this.#copies.add(placeKey(place)).add(own);
    }
    return isTold;
  }

  /** Whether the place itself comes to be the caller's half of a pair, under whichever source it is stored. */
  #isCompared(place: Pick<SimilarMatch, "sourceKey" | "sourcePath" | "path">): boolean {
    const absolute = absolutePlace(place);
    return (
      this.#ownKeys.has(place.sourceKey) ||
      (absolute !== null && this.#ownRoots.some((root) => absolute.startsWith(root)))
    );
  }

  #best(): CollectedPair[] {
    return this.#pairs.toSorted((a, b) => b.rank - a.rank);
  }
}

function placeKey(place: Pick<SimilarMatch, "sourcePath" | "path" | "startLine">): string {
  return `${absolutePlace(place) ?? place.path}:${place.startLine}`;
}

/** By kind, and in it by likeness times how much the passage says: ten different words alike are less than a hundred. */
function rankOf({ match, similarity }: SimilarMatch, distinctWords: number): number {
  return kindRank[match] + 0.99 * similarity * (1 - Math.exp(-distinctWords / 20));
}
