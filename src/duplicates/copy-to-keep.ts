import type { CopyWorth } from "./copy-worth.ts";

/** What is known of a copy when it is to be decided which one stays. */
export interface KeptFacts {
  readonly path: string;
  /** Names of the file on the disk, also those that were not looked at. */
  readonly names: number;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly worth: CopyWorth;
  /** Files that are one item with it: RAW and XMP beside a photo. */
  readonly companions: number;
}

/** One reason to keep a copy rather than another: the less the measure, the better. */
interface Rule {
  readonly measure: (copy: KeptFacts) => number;
  /** Behind "It is": a few words. */
  readonly reason: string;
}

const thrownAway =
  /^(\.?trash(es)?(-\d+)?|\$?recycle(\.bin|r|d)?|recently deleted|deleted( items)?|papierkorb|corbeille|papelera|lost\+found|\.?te?mp|\.?cache|\.dropbox\.cache)$/i;
const forCopies =
  /^(downloads?|old|alt|dup(e|licate)?s?|attachments|anhänge)$|(^|[^\p{L}])(back-?ups?|bak|sicherung(en)?|copy|copies|kopien?|copie|copia)([^\p{L}]|$)/iu;
const copyName =
  /(^|[\s._(-])(copy|copies|kopie|copie|copia|kopia|копия|コピー|副本|duplicate|back-?up|bak|orig|old)([\s._-]*\(?\d{0,3}\)?)?$|\s?\(\d{1,3}\)$|conflicted copy|sync-conflict|^(copy|kopie|copie|copia)( \(\d+\))? (of|von|de|di) |~$/iu;
const copyEnding = /\.(bak|old|orig|backup)$|~$/i;

const inTrash: Rule = {
  measure: ({ path }) => Number(foldersOf(path).some((folder) => thrownAway.test(folder))),
  reason: "outside of folders for what is thrown away",
};
const inCopies: Rule = {
  measure: ({ path }) => Number(foldersOf(path).some((folder) => forCopies.test(folder))),
  reason: "outside of folders for copies and downloads",
};
const namedCopy: Rule = {
  measure: ({ path }) => Number(isCopyName(path.slice(path.lastIndexOf("/") + 1))),
  reason: "not named as a copy",
};
const withCompanions: Rule = {
  // Without it they would lose their photo, and the copy that stays would be without what was written into them.
  measure: ({ companions }) => -companions,
  reason: "the one with more RAW and XMP files beside it",
};
const places: readonly Rule[] = [inTrash, withCompanions, inCopies, namedCopy];
const oldest: Rule = { measure: ({ mtimeMs }) => Math.floor(mtimeMs), reason: "the oldest" };
const newest: Rule = { measure: ({ mtimeMs }) => -Math.floor(mtimeMs), reason: "the newest" };
const mostNames: Rule = {
  // Of a file with more names nothing is free before all are gone.
  measure: ({ names }) => -names,
  reason: "the one with more names (hard links)",
};
const fromCamera: Rule = {
  measure: ({ worth }) => -Number(worth.isFromCamera),
  reason: "the one that says which camera took it",
};
const withRaw: Rule = { measure: ({ worth }) => -Number(worth.hasRaw), reason: "the one with a RAW photo" };
const finest: Rule = { measure: ({ worth }) => -worth.fineness, reason: "the one with most detail" };
const mostPixels: Rule = { measure: ({ worth }) => -worth.pixels, reason: "the one with most pixels" };
const whole: Rule = {
  measure: ({ worth }) => Number(worth.isPart),
  reason: "the one that has the words of the others, and more",
};
const largest: Rule = { measure: ({ sizeBytes }) => -sizeBytes, reason: "the largest file" };
const shortest: readonly Rule[] = [
  { measure: ({ path }) => path.split("/").length, reason: "the least deep in folders" },
  { measure: ({ path }) => path.length, reason: "the one with the shortest path" },
];

/** Asked in this order; the first that tells two copies apart decides. */
const rules = {
  /** The same bytes: only place, name and age differ. */
  same: [...places, mostNames, oldest, ...shortest],
  /**
   * Pictures that look alike: an export has lost what the camera said, a smaller one detail. Of the rest the first was there before it was
   * stored again.
   */
  pictures: [
    fromCamera,
    withRaw,
    finest,
    mostPixels,
    inTrash,
    withCompanions,
    oldest,
    largest,
    inCopies,
    namedCopy,
    mostNames,
    ...shortest,
  ],
  /** Versions of a text: the last one is the one that someone works on, unless it was cut off. */
  texts: [whole, ...places, newest, largest, ...shortest],
} as const satisfies Record<string, readonly Rule[]>;

export type KeepRules = keyof typeof rules;

export interface KeepChoice {
  /** Place of the copy in the list. */
  readonly index: number;
  readonly because: string;
}

/**
 * Which of two copies or more stays, and why: the reasons that set it apart from the others, at most two. `candidates`: places of those that
 * may stay, one or more; absent: all.
 */
export function chooseCopyToKeep(
  copies: readonly KeptFacts[],
  of: KeepRules,
  candidates: readonly number[] = [...copies.keys()],
): KeepChoice {
  let index = candidates[0] ?? 0;
  for (const other of candidates) {
    const [copy, best] = [copies[other], copies[index]];
    if (copy !== undefined && best !== undefined && preferred(copy, best, rules[of]) === copy) index = other;
  }
  const kept = copies[index];
  const reasons = new Set<string>();
  for (const copy of copies) {
    if (kept === undefined || copy === kept) continue;
    const isBetter = preferred(kept, copy, rules[of]) === kept;
    const reason = isBetter ? decidingRule(kept, copy, rules[of])?.reason : nearestToAll;
    if (reason !== undefined) reasons.add(reason);
    if (reasons.size === 2) break;
  }
  const because = reasons.size === 0 ? "the first by name" : [...reasons].join(", and ");
  return { index, because };
}

const nearestToAll = "the one that all others are like";

function preferred(a: KeptFacts, b: KeptFacts, of: readonly Rule[]): KeptFacts {
  const rule = decidingRule(a, b, of);
  if (rule === undefined) return a.path < b.path ? a : b;
  return rule.measure(a) < rule.measure(b) ? a : b;
}

function decidingRule(a: KeptFacts, b: KeptFacts, of: readonly Rule[]): Rule | undefined {
  return of.find(({ measure }) => measure(a) !== measure(b));
}

function foldersOf(path: string): string[] {
  return path.split("/").slice(0, -1);
}

function isCopyName(name: string): boolean {
  const dot = name.lastIndexOf(".");
  return copyEnding.test(name) || copyName.test(dot > 0 ? name.slice(0, dot) : name);
}
