import type { TextPrint } from "../reader/text-print.ts";
import { resemblance, sketchPlaces } from "../reader/text-sketch.ts";

export interface PrintedText {
  readonly path: string;
  readonly print: TextPrint;
}

export interface AlikeTexts {
  /** The longest of the group, which all others are compared with. */
  readonly center: string;
  /** The others, most alike first. */
  readonly others: readonly AlikeText[];
}

export interface AlikeText {
  readonly path: string;
  /** To the center, 0 to 1. */
  readonly likeness: number;
  /** The same text in another layout: all that differs is white space. */
  readonly isLayoutOnly: boolean;
}

/** What tells near copies from texts of one kind: see docs/decisions/0029-duplicates.md. */
export const likelyCopy = 0.7;

// Few runs of words are alike by chance, or because all texts of a kind have them.
const minWords = 32;
// Texts that have runs in common and are no copies of one another; so many are looked at in each bucket.
const maxCenters = 24;

/**
 * Groups texts around one member each, the longest: no text joins because it is like one that is like another. Short texts (under 32
 * words) must be equal but for white space. Candidates are found by locality-sensitive banding (Leskovec, Rajaraman and Ullman, "Mining
 * of Massive Datasets", 3.4), so the time grows with the texts and not with their pairs. Groups in the order of their centers' paths.
 */
export function groupAlikeTexts(
  texts: Iterable<PrintedText>,
  options: { readonly threshold?: number | undefined } = {},
): AlikeTexts[] {
  const threshold = options.threshold ?? likelyCopy;
  const ordered = [...texts].toSorted(longestFirst);
  const groups = new Map<PrintedText, AlikeText[]>();
  const sameLayoutFree = new Map<string, PrintedText>();
  const isTold = ({ print }: PrintedText): boolean => print.words >= minWords;
  const buckets = new Buckets(ordered.filter(isTold), threshold);
  for (const text of ordered) {
    const found = sameLayoutFree.get(text.print.layoutFreeHash) ?? (isTold(text) ? buckets.closest(text) : null);
    if (found === null) {
      groups.set(text, []);
      sameLayoutFree.set(text.print.layoutFreeHash, text);
      if (isTold(text)) buckets.addCenter(text);
    } else groups.get(found)?.push(alikeTo(found, text));
  }
  return [...groups]
    .filter(([, others]) => others.length > 0)
    .map(([{ path }, others]) => ({ center: path, others: others.toSorted(mostAlikeFirst) }))
    .toSorted((a, b) => compare(a.center, b.center));
}

/** How much of one text the other is, 0 to 1; 1 only for texts that differ in white space at most. */
export function textLikeness(first: TextPrint, second: TextPrint): number {
  if (first.layoutFreeHash === second.layoutFreeHash) return 1;
  // A sketch sees no change between its places, and no marks.
  return Math.min(0.99, resemblance(first.sketch, second.sketch));
}

function alikeTo(center: PrintedText, { path, print }: PrintedText): AlikeText {
  const isLayoutOnly = center.print.layoutFreeHash === print.layoutFreeHash;
  return { path, likeness: textLikeness(center.print, print), isLayoutOnly };
}

/** Texts by the bands of their sketches; only those buckets are kept that two texts share. */
class Buckets {
  readonly #threshold: number;
  /** Buckets of each text. */
  readonly #of = new Map<PrintedText, number[]>();
  readonly #centers = new Map<number, PrintedText[]>();

  constructor(texts: readonly PrintedText[], threshold: number) {
    this.#threshold = threshold;
    // Of two texts at the threshold a band is equal with a chance of 0.9998 (4 places at 0.7), or 0.996 (2 places at 0.29).
    const places = threshold >= 0.6 ? 4 : 2;
    let bucket = 0;
    for (let from = 0; from < sketchPlaces; from += places) {
      const first = new Map<number, PrintedText | number>();
      for (const text of texts) {
        const key = bandKey(text.print.sketch, from, places);
        const earlier = first.get(key);
        if (earlier === undefined) first.set(key, text);
        else if (typeof earlier === "number") this.#put(text, earlier);
        else {
          first.set(key, bucket);
          this.#put(earlier, bucket);
          this.#put(text, bucket++);
        }
      }
    }
  }

  /** The center that is most like the text, if one is as like as the threshold asks; the longest of equals. */
  closest(text: PrintedText): PrintedText | null {
    const seen = new Set<PrintedText>();
    let best: PrintedText | null = null;
    let most = this.#threshold;
    for (const bucket of this.#of.get(text) ?? [])
      for (const center of this.#centers.get(bucket) ?? []) {
        if (seen.has(center)) continue;
        seen.add(center);
        const likeness = resemblance(center.print.sketch, text.print.sketch);
        if (likeness > most || (likeness === most && best === null)) [best, most] = [center, likeness];
      }
    return best;
  }

  addCenter(text: PrintedText): void {
    for (const bucket of this.#of.get(text) ?? []) {
      const centers = this.#centers.get(bucket);
      if (centers === undefined) this.#centers.set(bucket, [text]);
      else if (centers.length < maxCenters) centers.push(text);
    }
  }

  #put(text: PrintedText, bucket: number): void {
    const of = this.#of.get(text);
    if (of === undefined) this.#of.set(text, [bucket]);
    else of.push(bucket);
  }
}

/** A number for the places of a band: of two bands that differ it is the same once in 2^52. */
function bandKey(sketch: Uint32Array, from: number, places: number): number {
  let high = 0;
  let low = 0x9e3779b1;
  for (let at = from; at < from + places; at++) {
    high = Math.imul(high ^ (sketch[at] ?? 0), 0x85ebca6b);
    high ^= high >>> 13;
    low = Math.imul(low ^ (sketch[at] ?? 0), 0xc2b2ae35);
    low ^= low >>> 15;
  }
  return (high >>> 12) * 2 ** 32 + (low >>> 0);
}

function longestFirst(a: PrintedText, b: PrintedText): number {
  return b.print.characters - a.print.characters || compare(a.path, b.path);
}

function mostAlikeFirst(a: AlikeText, b: AlikeText): number {
  return b.likeness - a.likeness || compare(a.path, b.path);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
