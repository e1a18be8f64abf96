import type { TextPrint } from "../reader/text-print.ts";
import { mayHoldAll, resemblance, sketchPlaces } from "../reader/text-sketch.ts";

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

/** Whether one text may stay for another: it is as like as the threshold asks, as in `groupAlikeTexts`. */
export function areNearTexts(first: TextPrint, second: TextPrint, threshold = likelyCopy): boolean {
  if (first.layoutFreeHash === second.layoutFreeHash) return true;
  return Math.min(first.words, second.words) >= minWords && resemblance(first.sketch, second.sketch) >= threshold;
}

/** Whether one text may be another cut off by so little that only their beginnings tell. */
export function mayBeHeadOf(part: TextPrint, whole: TextPrint): boolean {
  const isShorter = part.characters < whole.characters && part.characters > whole.characters * partShare;
  // Where the cut went through a word, the last run is another.
  return isShorter && mayHoldAll(whole.sketch, part.sketch, 1);
}

// What is shorter by less may as well be a version with some words changed, of which a sketch sees none.
const partShare = 0.97;

/** Whether one text is likely a part of another: cut off, or with nothing of its own. */
export function isPartOfText(part: TextPrint, whole: TextPrint): boolean {
  return part.characters <= whole.characters * partShare && mayHoldAll(whole.sketch, part.sketch);
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
    const keys = bandKeys(texts, places);
    let bucket = 0;
    for (let from = 0; from < keys.length; from += texts.length) {
      const first = new Map<number, PrintedText | number>();
      const ofBand = keys.subarray(from, from + texts.length);
      for (const index of perhapsShared(ofBand)) {
        const [text, key] = [texts[index], ofBand[index]];
        if (text === undefined || key === undefined) continue;
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

/** Of each band the keys of all texts. Two bands that differ seldom have one key, and then only a comparison is made in vain. */
function bandKeys(texts: readonly PrintedText[], places: number): Int32Array {
  const bands = sketchPlaces / places;
  const keys = new Int32Array(bands * texts.length);
  for (const [index, { print }] of texts.entries()) {
    const { sketch } = print;
    for (let band = 0; band < bands; band++) {
      let key = 0;
      for (let at = band * places; at < (band + 1) * places; at++) {
        key = Math.imul(key ^ (sketch[at] ?? 0), 0x85ebca6b);
        key ^= key >>> 13;
      }
      keys[band * texts.length + index] = Math.imul(key, 0xc2b2ae35);
    }
  }
  return keys;
}

/** Where a key stands that may stand elsewhere too. Nearly all stand alone, and a map of all takes ten times as long as this. */
function perhapsShared(keys: Int32Array): number[] {
  const slots = 2 ** Math.ceil(Math.log2(keys.length * 8 + 1));
  const counts = new Uint8Array(slots);
  for (const key of keys) {
    const slot = (key >>> 7) & (slots - 1);
    counts[slot] = Math.min(2, (counts[slot] ?? 0) + 1);
  }
  const shared: number[] = [];
  for (let index = 0; index < keys.length; index++)
    if (counts[((keys[index] ?? 0) >>> 7) & (slots - 1)] === 2) shared.push(index);
  return shared;
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
