import { absolutePlace } from "../core/absolute-place.ts";
import { DisjointSets } from "./disjoint-sets.ts";
import type { Origin, PassageCorpus } from "./passage-corpus.ts";

// More origins than that are compared by their files' places alone: pairs grow with the square.
const maxOrigins = 50;
const leastShare = 0.5;

/**
 * Tells the versions of one file from copies: by its place on a machine, else by its path where two directories are checkouts of one
 * repository (half of the smaller one's paths are the other's too) or copies of each other (half of its files have the same text there).
 */
export function fileVersions(corpus: PassageCorpus, textKeys: readonly number[]): DisjointSets {
  const files = new DisjointSets(corpus.documents);
  joinByPlace(corpus, files);
  if (corpus.origins.length > maxOrigins) return files;
  const byPath = documentsByPath(corpus);
  const like = likeOrigins(corpus, byPath, textKeys);
  for (const documents of byPath.values()) {
    for (const [index, one] of documents.entries())
      for (const other of documents.slice(0, index))
        if (like.has(pairKey(corpus.originOf[other] ?? 0, corpus.originOf[one] ?? 0))) files.join(one, other);
  }
  return files;
}

function joinByPlace(corpus: PassageCorpus, files: DisjointSets): void {
  const places = new Map<string, number>();
  for (const [document, path] of corpus.paths.entries()) {
    const source = corpus.origins[corpus.originOf[document] ?? 0]?.source;
    const place = source === undefined ? null : absolutePlace({ sourcePath: source.path, path });
    if (source === undefined || place === null) continue;
    const key = `${source.machine}\0${place}`;
    const known = places.get(key);
    if (known === undefined) places.set(key, document);
    else files.join(known, document);
  }
}

/** Paths that several origins have; documents in their order. */
function documentsByPath(corpus: PassageCorpus): ReadonlyMap<string, readonly number[]> {
  const byPath = new Map<string, number[]>();
  for (const [document, path] of corpus.paths.entries()) {
    if (corpus.origins[corpus.originOf[document] ?? 0]?.source.kind === "notes") continue;
    const there = byPath.get(path);
    if (there === undefined) byPath.set(path, [document]);
    else there.push(document);
  }
  for (const [path, documents] of byPath) if (documents.length < 2) byPath.delete(path);
  return byPath;
}

/** Pairs of origins that hold versions of the same files. */
function likeOrigins(
  corpus: PassageCorpus,
  byPath: ReadonlyMap<string, readonly number[]>,
  textKeys: readonly number[],
): ReadonlySet<number> {
  const common = new Map<number, { paths: number; texts: number }>();
  for (const documents of byPath.values()) {
    for (const [index, one] of documents.entries())
      for (const other of documents.slice(0, index)) {
        const key = pairKey(corpus.originOf[other] ?? 0, corpus.originOf[one] ?? 0);
        const counts = common.get(key) ?? { paths: 0, texts: 0 };
        common.set(key, counts);
        counts.paths += 1;
        if (textKeys[one] === textKeys[other]) counts.texts += 1;
      }
  }
  const sizes = sizesOf(corpus);
  const like = new Set<number>();
  for (const [key, { paths, texts }] of common) {
    const [a, b] = [Math.floor(key / maxOrigins), key % maxOrigins];
    const least = leastShare * Math.min(sizes[a] ?? 0, sizes[b] ?? 0);
    if (texts >= least || (isOneRepository(corpus.origins[a], corpus.origins[b]) && paths >= least)) like.add(key);
  }
  return like;
}

function sizesOf({ originOf, origins }: PassageCorpus): number[] {
  const sizes = origins.map(() => 0);
  for (const origin of originOf) sizes[origin] = (sizes[origin] ?? 0) + 1;
  return sizes;
}

function isOneRepository(one: Origin | undefined, other: Origin | undefined): boolean {
  const id = one?.source.repository?.id;
  return id !== undefined && id === other?.source.repository?.id;
}

function pairKey(one: number, other: number): number {
  return Math.min(one, other) * maxOrigins + Math.max(one, other);
}
