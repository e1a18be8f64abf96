import type { DisjointSets } from "./disjoint-sets.ts";
import type { PassageCorpus } from "./passage-corpus.ts";
import type { Occurrence, Repeat } from "./repeated-passages.ts";

interface RunOptions {
  /** Of each document the first one of equal text; only those are looked at. */
  readonly classes: readonly number[];
  /** Versions and whole copies of one file. */
  readonly files: DisjointSets;
  readonly minCharacters: number;
}

/** The passages that are long enough, of one document after the other. */
interface Sequence {
  readonly texts: Uint32Array;
  readonly documents: Uint32Array;
  /** Number of the passage in its document. */
  readonly positions: Uint32Array;
  readonly length: number;
}

/** Places where each repeated text stands: those of text t are `places[starts[t]]` up to `starts[t + 1]`, numbers in the sequence. */
interface Postings {
  readonly starts: Uint32Array;
  readonly places: Uint32Array;
}

/** Runs of the same texts: each begins at all `starts` (numbers in the sequence, one for each occurrence, ascending). */
interface Run {
  readonly starts: readonly number[];
  length: number;
  /** Without what lies between joined runs and stands in further files too. */
  bytes: number;
}

// Runs of the same files are told together up to so many files; with more it is boilerplate, and each run speaks for itself.
const maxFoldedFiles = 8;
const none = -1;

/**
 * Finds runs of consecutive passages that stand in several files. Two passages belong to one run when each is followed, or preceded, by the
 * other wherever it stands: so runs are found by their texts, without comparing files with each other.
 */
export function repeatedRuns(
  corpus: PassageCorpus,
  options: RunOptions,
): { readonly runs: Repeat[]; readonly tooShort: number } {
  const { isRepeated, isInFile, tooShort } = repeatedTexts(corpus, options);
  const sequence = sequenceOf(corpus, options);
  const postings = postingsOf(sequence, isRepeated);
  const runs = chains(sequence, { postings, isRepeated, bytesOf: corpus.bytesOf });
  const byFiles = Map.groupBy(runs, (run) => filesKey(run, sequence, options.files));
  return {
    runs: [
      ...[...byFiles].flatMap(([key, same]) =>
        key === ""
          ? same.map((run) => toRepeat([run], sequence, options.files))
          : [toRepeat(joined(same, sequence), sequence, options.files)],
      ),
      ...runsInFiles(sequence, isInFile, corpus),
    ],
    tooShort,
  };
}

/** What stands more than once in one file, and in no other. */
function runsInFiles(sequence: Sequence, isInFile: Uint8Array, { bytesOf }: PassageCorpus): Repeat[] {
  const postings = postingsOf(sequence, isInFile);
  return chains(sequence, { postings, isRepeated: isInFile, bytesOf }).flatMap((run): Repeat[] => {
    // Of versions of a file one is told.
    const byDocument = Map.groupBy(run.starts, (at) => sequence.documents[at] ?? 0);
    const [most = []] = [...byDocument.values()].toSorted((a, b) => b.length - a.length);
    if (most.length < 2) return [];
    const occurrences = most.map((at) => occurrenceOf(sequence, at, run.length));
    const wastedBytes = run.bytes * (most.length - 1);
    return [{ kind: "in-file", occurrences, passages: run.length, bytes: run.bytes, wastedBytes, furtherRuns: 0 }];
  });
}

/** Texts that stand in more than one file, and those that stand more than once in one and in no other. */
function repeatedTexts(
  corpus: PassageCorpus,
  { classes, files, minCharacters }: RunOptions,
): { isRepeated: Uint8Array; isInFile: Uint8Array; tooShort: number } {
  const firstFile = new Int32Array(corpus.texts).fill(none);
  const lastDocument = new Int32Array(corpus.texts).fill(none);
  const isRepeated = new Uint8Array(corpus.texts);
  const isInFile = new Uint8Array(corpus.texts);
  let tooShort = 0;
  for (const document of representatives(classes)) {
    const file = files.of(document);
    for (const text of corpus.textsOf(document)) {
      if (lastDocument[text] === document) isInFile[text] = 1;
      lastDocument[text] = document;
      const first = firstFile[text] ?? none;
      if (first === none) firstFile[text] = file;
      else if (first !== file && isRepeated[text] === 0) {
        isRepeated[text] = 1;
        if ((corpus.charactersOf[text] ?? 0) < minCharacters) tooShort += 1;
      }
    }
  }
  for (const text of isInFile.keys()) if (isRepeated[text] === 1) isInFile[text] = 0;
  return { isRepeated, isInFile, tooShort };
}

function* representatives(classes: readonly number[]): Generator<number> {
  for (const [document, first] of classes.entries()) if (document === first) yield document;
}

/** Without the short ones, so that a bracket between two long passages parts no run. */
function sequenceOf(corpus: PassageCorpus, { classes, minCharacters }: RunOptions): Sequence {
  const texts = new Uint32Array(corpus.passages);
  const documents = new Uint32Array(corpus.passages);
  const positions = new Uint32Array(corpus.passages);
  let length = 0;
  for (const document of representatives(classes)) {
    for (const [position, text] of corpus.textsOf(document).entries()) {
      if ((corpus.charactersOf[text] ?? 0) < minCharacters) continue;
      texts[length] = text;
      documents[length] = document;
      positions[length] = position;
      length += 1;
    }
  }
  return { texts, documents, positions, length };
}

function postingsOf({ texts, length }: Sequence, isRepeated: Uint8Array): Postings {
  const starts = new Uint32Array(isRepeated.length + 1);
  for (const text of texts.subarray(0, length))
    if (isRepeated[text] === 1) starts[text + 1] = (starts[text + 1] ?? 0) + 1;
  for (let text = 0; text < isRepeated.length; text += 1)
    starts[text + 1] = (starts[text + 1] ?? 0) + (starts[text] ?? 0);
  const next = starts.slice();
  const places = new Uint32Array(starts.at(-1) ?? 0);
  for (let at = 0; at < length; at += 1) {
    const text = texts[at] ?? 0;
    if (isRepeated[text] !== 1) continue;
    places[next[text] ?? 0] = at;
    next[text] = (next[text] ?? 0) + 1;
  }
  return { starts, places };
}

function placesOf({ starts, places }: Postings, text: number): Uint32Array {
  return places.subarray(starts[text] ?? 0, starts[text + 1] ?? 0);
}

/** The longest runs of texts that always stand together. */
function chains(
  sequence: Sequence,
  {
    postings,
    isRepeated,
    bytesOf,
  }: { readonly postings: Postings; readonly isRepeated: Uint8Array; readonly bytesOf: readonly number[] },
): Run[] {
  const following = new Int32Array(isRepeated.length).fill(none);
  const isFollowing = new Uint8Array(isRepeated.length);
  for (const text of isRepeated.keys()) {
    const places = placesOf(postings, text);
    const next = places.length === 0 ? none : commonNext(sequence, places);
    if (next === none || next === text || isRepeated[next] !== 1) continue;
    if (placesOf(postings, next).length !== places.length) continue;
    following[text] = next;
    isFollowing[next] = 1;
  }
  const runs: Run[] = [];
  for (const head of isRepeated.keys()) {
    const starts = placesOf(postings, head);
    if (starts.length === 0 || isFollowing[head] === 1) continue;
    const run: Run = { starts: [...starts], length: 0, bytes: 0 };
    for (let text = head; text !== none; text = following[text] ?? none) {
      run.length += 1;
      run.bytes += bytesOf[text] ?? 0;
    }
    runs.push(run);
  }
  return runs;
}

/** The text that stands behind all of these places in the same document. */
function commonNext(sequence: Sequence, places: Uint32Array): number {
  const next = nextOf(sequence, places[0] ?? 0);
  return places.every((at) => nextOf(sequence, at) === next) ? next : none;
}

function nextOf({ texts, documents, length }: Sequence, at: number): number {
  return at + 1 < length && documents[at] === documents[at + 1] ? (texts[at + 1] ?? none) : none;
}

/** The same for runs of the same few files; "" for many files, and for a run that a file has twice. */
function filesKey({ starts }: Run, { documents }: Sequence, files: DisjointSets): string {
  if (starts.length > maxFoldedFiles) return "";
  const found = starts.map((at) => documents[at] ?? 0);
  return new Set(found.map((document) => files.of(document))).size === starts.length ? found.join(" ") : "";
}

/** Joins runs of the same files with what lies between them, where that is the same in all of these: it stands in further files too. */
function joined(runs: readonly Run[], sequence: Sequence): Run[] {
  const ordered = runs.toSorted((a, b) => (a.starts[0] ?? 0) - (b.starts[0] ?? 0));
  const done: Run[] = [];
  for (const run of ordered) {
    const last = done.at(-1);
    if (last === undefined || !continues(last, run, sequence)) done.push({ ...run });
    else {
      last.length = (run.starts[0] ?? 0) - (last.starts[0] ?? 0) + run.length;
      last.bytes += run.bytes;
    }
  }
  return done.toSorted((a, b) => b.bytes - a.bytes);
}

function continues(run: Run, next: Run, { texts }: Sequence): boolean {
  const from = run.starts[0] ?? 0;
  const distance = (next.starts[0] ?? 0) - from;
  for (const [index, start] of run.starts.entries()) {
    if ((next.starts[index] ?? 0) - start !== distance) return false;
    for (let at = run.length; at < distance; at += 1) if (texts[start + at] !== texts[from + at]) return false;
  }
  return true;
}

function occurrenceOf({ documents, positions }: Sequence, at: number, length: number): Occurrence {
  const [first, last] = [positions[at] ?? 0, positions[at + length - 1] ?? 0];
  return { document: documents[at] ?? 0, first, count: last - first + 1 };
}

/** One answer for runs of the same files: the largest is shown. */
function toRepeat(runs: readonly Run[], sequence: Sequence, files: DisjointSets): Repeat {
  const [largest] = runs;
  const { starts, length } = largest ?? { starts: [], length: 0 };
  const byFile = Map.groupBy(starts, (at) => files.of(sequence.documents[at] ?? 0));
  const occurrences = [...byFile.values()].map((places) => {
    return occurrenceOf(sequence, places[0] ?? 0, length);
  });
  const bytes = runs.reduce((sum, run) => sum + run.bytes, 0);
  return {
    kind: "passages",
    occurrences,
    passages: length,
    bytes: largest?.bytes ?? 0,
    wastedBytes: bytes * (byFile.size - 1),
    furtherRuns: Math.max(0, runs.length - 1),
  };
}
