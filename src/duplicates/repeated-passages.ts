import type { DisjointSets } from "./disjoint-sets.ts";
import { fileVersions } from "./file-versions.ts";
import type { PassageCorpus } from "./passage-corpus.ts";
import { repeatedRuns } from "./repeated-runs.ts";

/** A run of passages in a document: `count` of them from number `first` on, in the order of its lines. */
export interface Occurrence {
  readonly document: number;
  readonly first: number;
  readonly count: number;
}

/** The same text in several files, or several times in one. */
export interface Repeat {
  readonly kind: "files" | "passages" | "in-file";
  /** One for each file, in the order in which the walk came by; of `in-file` each in the one file. */
  readonly occurrences: readonly Occurrence[];
  /** Of one copy. */
  readonly passages: number;
  readonly bytes: number;
  /** What all copies but one take. */
  readonly wastedBytes: number;
  /** Further runs that these very files share, elsewhere; they count in `wastedBytes`. */
  readonly furtherRuns: number;
}

/** Origins that hold the same files: collections with one directory, checkouts of a repository, copies of a directory. */
export interface SharedFiles {
  /** Their places in `PassageCorpus.origins`. */
  readonly origins: readonly number[];
  readonly files: number;
  /** Of these: with the same text in all. */
  readonly equalFiles: number;
}

export interface Repeats {
  /** Most wasted bytes first. */
  readonly repeats: readonly Repeat[];
  /** Most files first. */
  readonly shared: readonly SharedFiles[];
  /** Different texts that stand in several files and are too short to be listed. */
  readonly tooShort: number;
  readonly wastedBytes: number;
}

/**
 * Finds texts that stand in more than one file: files that are equal as a whole first, then runs of consecutive passages. Versions of
 * one file are one. What stands in one file alone, and there more than once, comes by itself. Linear in the passages; `minCharacters` is the
 * least length of a passage.
 */
export function findRepeats(corpus: PassageCorpus, { minCharacters }: { readonly minCharacters: number }): Repeats {
  const classes = textClasses(corpus);
  const files = fileVersions(corpus, classes);
  const whole = equalFiles(corpus, { classes, files, minCharacters });
  const { runs, tooShort } = repeatedRuns(corpus, { classes, files: joinedByText(classes, files), minCharacters });
  const repeats = [...whole, ...runs].toSorted(
    (a, b) => b.wastedBytes - a.wastedBytes || firstDocument(a) - firstDocument(b),
  );
  return {
    repeats,
    shared: sharedFiles(corpus, { classes, files }),
    tooShort,
    wastedBytes: repeats.reduce((sum, { wastedBytes }) => sum + wastedBytes, 0),
  };
}

function firstDocument({ occurrences }: Repeat): number {
  return occurrences[0]?.document ?? 0;
}

/** Of each document the first one with the same texts in the same order. */
function textClasses(corpus: PassageCorpus): number[] {
  const byHash = new Map<string, number[]>();
  return corpus.ids.map((_, document) => {
    const texts = corpus.textsOf(document);
    const key = hashOf(texts);
    const known = byHash.get(key);
    if (known === undefined) {
      byHash.set(key, [document]);
      return document;
    }
    const same = known.find((other) => isSame(corpus.textsOf(other), texts));
    if (same === undefined) known.push(document);
    return same ?? document;
  });
}

/** Two sums after FNV-1a; what has the same is compared. */
function hashOf(texts: Uint32Array): string {
  let [one, other] = [0x811c9dc5, 0x1000193];
  for (const text of texts) {
    one = Math.imul(one ^ text, 0x01000193);
    other = Math.imul(other ^ (text + 0x9e3779b9), 0x85ebca6b) ^ (one >>> 13);
  }
  return `${texts.length} ${one} ${other}`;
}

function isSame(one: Uint32Array, other: Uint32Array): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index]);
}

/** Files of equal text count as one from here on: each of their passages would repeat. */
function joinedByText(classes: readonly number[], files: DisjointSets): DisjointSets {
  const joined = files.copy();
  for (const [document, first] of classes.entries()) joined.join(first, document);
  return joined;
}

function equalFiles(
  corpus: PassageCorpus,
  { classes, files, minCharacters }: { classes: readonly number[]; files: DisjointSets; minCharacters: number },
): Repeat[] {
  const members = new Map<number, number[]>();
  for (const [document, first] of classes.entries()) {
    if (document === first) continue;
    const known = members.get(first);
    if (known === undefined) members.set(first, [first, document]);
    else known.push(document);
  }
  const found: Repeat[] = [];
  for (const documents of members.values()) {
    const byFile = Map.groupBy(documents, (document) => files.of(document));
    const texts = corpus.textsOf(documents[0] ?? 0);
    const bytes = texts.reduce((sum, text) => sum + (corpus.bytesOf[text] ?? 0), 0);
    const characters = texts.reduce((sum, text) => sum + (corpus.charactersOf[text] ?? 0), 0);
    if (byFile.size < 2 || characters < minCharacters) continue;
    const occurrences = [...byFile.values()].map(([document = 0]) => ({ document, first: 0, count: texts.length }));
    const wastedBytes = bytes * (byFile.size - 1);
    found.push({ kind: "files", occurrences, passages: texts.length, bytes, wastedBytes, furtherRuns: 0 });
  }
  return found;
}

function sharedFiles(
  corpus: PassageCorpus,
  { classes, files }: { classes: readonly number[]; files: DisjointSets },
): SharedFiles[] {
  const versions = new Map<number, number[]>();
  for (const document of corpus.ids.keys()) {
    const file = files.of(document);
    const known = versions.get(file);
    if (known === undefined) versions.set(file, [document]);
    else known.push(document);
  }
  const shared = new Map<string, { origins: number[]; files: number; equalFiles: number }>();
  for (const documents of versions.values()) {
    const origins = [...new Set(documents.map((document) => corpus.originOf[document] ?? 0))].toSorted((a, b) => a - b);
    if (origins.length < 2) continue;
    const key = origins.join(" ");
    const counts = shared.get(key) ?? { origins, files: 0, equalFiles: 0 };
    shared.set(key, counts);
    counts.files += 1;
    if (new Set(documents.map((document) => classes[document])).size === 1) counts.equalFiles += 1;
  }
  return [...shared.values()].toSorted((a, b) => b.files - a.files);
}
