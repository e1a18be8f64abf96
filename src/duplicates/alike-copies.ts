import { readingOf } from "../extract/registry.ts";
import { distanceBetween, likenessAt, turnText } from "../pictures/picture-likeness.ts";
import { loadPixelDecoder } from "../pictures/pixel-decoder.ts";
import type { ReadLimits, Unread } from "../reader/document-reader.ts";
import type { FileReader } from "../reader/file-tasks.ts";
import type { TextPrint } from "../reader/text-print.ts";
import { findPhotoItems, isRawPhoto } from "../workspace/companions.ts";
import { groupAlikePictures, mayBeCopies } from "./alike-pictures.ts";
import { areNearTexts, groupAlikeTexts, isPartOfText, mayBeHeadOf, textLikeness } from "./alike-texts.ts";
import type { Comparison, CopyGroup, CopyLikeness } from "./copies.ts";
import type { KeptPrints } from "./kept-prints.ts";
import { PictureJudge } from "./picture-worth.ts";
import { printFiles, type PrintedFile } from "./printed-files.ts";

export interface AlikeOptions {
  readonly reader: FileReader;
  readonly kept: KeptPrints;
  readonly limits: ReadLimits;
  readonly threshold?: number | undefined;
  readonly isTurned: boolean;
}

// Of a group, so many of the longest are asked whether they have all of another.
const mostWholes = 24;
// Each is a hash of nearly the whole longest text.
const mostHeads = 24;

/** Groups of texts that are near copies. Errors: those of `printFiles`. */
export async function* alikeTexts(
  work: Comparison,
  { reader, kept, limits, threshold }: AlikeOptions,
): AsyncGenerator<CopyGroup> {
  const maxBytes = (path: string) => (readingOf(path) === "whole" ? limits.maxDocumentBytes : limits.maxFileBytes);
  const print = (path: string) => reader.run("text", { root: work.root, path, maxBytes: maxBytes(path) });
  const printed = await printFiles(work, { name: "text", print, kept });
  const byPath = new Map(printed.map((each) => [each.path, each]));
  for (const { center, others } of groupAlikeTexts(printed, { threshold })) {
    const members = [center, ...others.map(({ path }) => path)].flatMap((path) => byPath.get(path) ?? []);
    const compare = (keep: TextPrint, other: TextPrint): CopyLikeness => {
      const likeness = textLikeness(keep, other);
      return {
        likeness,
        note: likeness === 1 ? "the same text, white space and encoding apart" : partNote(keep, other),
      };
    };
    const isNear = (keep: TextPrint, other: TextPrint): boolean => areNearTexts(keep, other, threshold);
    const longest = members.toSorted((a, b) => b.print.characters - a.print.characters).slice(0, mostWholes);
    const cut = await cutOff(members, longest[0], (path, heads) =>
      reader.run("text", { root: work.root, path, maxBytes: maxBytes(path), heads }),
    );
    const copies = members.map((member) => {
      const { copy, print: own } = member;
      const isPart = cut.has(member) || longest.some((each) => isPartOfText(own, each.print));
      return { ...copy, worth: { ...copy.worth, isPart } };
    });
    yield { ...groupOf(members, { compare, isNear }), copies };
  }
}

/** The members that are the beginning of the longest, and shorter by too little for their sketches to tell. */
async function cutOff(
  members: readonly PrintedFile<TextPrint>[],
  longest: PrintedFile<TextPrint> | undefined,
  ask: (path: string, heads: readonly number[]) => Promise<TextPrint | Unread>,
): Promise<ReadonlySet<PrintedFile<TextPrint>>> {
  if (longest === undefined) return new Set();
  const perhaps = members.filter(({ print }) => mayBeHeadOf(print, longest.print)).slice(0, mostHeads);
  if (perhaps.length === 0) return new Set();
  const asked = await ask(
    longest.path,
    perhaps.map(({ print }) => print.characters),
  );
  const heads = asked.kind === "text" ? asked.headHashes : [];
  return new Set(perhaps.filter(({ print }, index) => print.layoutFreeHash === heads?.[index]));
}

function partNote(keep: TextPrint, other: TextPrint): string | null {
  return isPartOfText(other, keep) ? "all its runs of words stand in the one to keep" : null;
}

/** Groups of pictures that look alike; a RAW photo beside its JPEG is one with it. Errors: PIXELS_UNAVAILABLE, those of `printFiles`. */
export async function* alikePictures(
  work: Comparison,
  { reader, kept, threshold, isTurned }: AlikeOptions,
): AsyncGenerator<CopyGroup> {
  // Each file would say it, and none that it is the same for all.
  await loadPixelDecoder();
  const print = (path: string) => reader.run("picture", { root: work.root, path, isTurned });
  const all = await printFiles(work, { name: isTurned ? "turned" : "picture", print, kept });
  const rawOf = rawsBeside(all);
  const beside = new Set(rawOf.values());
  work.notes.raws(beside.size);
  const printed = all.filter(({ path }) => !beside.has(path));
  const byPath = new Map(printed.map((each) => [each.path, each]));
  const { groups, flat } = groupAlikePictures(printed, { isTurned, threshold });
  work.notes.flat(flat);
  const judge = new PictureJudge(work, { reader, kept });
  for (const { center, others } of groups) {
    const members = [center, ...others.map(({ path }) => path)].flatMap((path) => byPath.get(path) ?? []);
    const group = groupOf(members, {
      compare: (keep, other) => {
        const distance = distanceBetween(keep, other);
        return { likeness: likenessAt(distance), note: turnText(distance.turn) };
      },
      isNear: (keep, other) => mayBeCopies(keep, other, threshold),
    });
    const worth = await judge.worthOf(members, (path) => rawOf.has(path));
    const copies = members.map(({ path, copy, print: { width, height } }, index) => {
      const raw = rawOf.get(path);
      const besideRaw = raw === undefined ? "" : ", beside its RAW photo, which is not judged";
      return { ...copy, worth: worth[index] ?? copy.worth, note: `${width} x ${height}${besideRaw}` };
    });
    yield { ...group, copies };
  }
}

/** The RAW photos that are one item with another picture of those, by the path of that picture. */
function rawsBeside(pictures: readonly { readonly path: string }[]): Map<string, string> {
  const { photoOf } = findPhotoItems(pictures.map(({ path }) => path));
  return new Map([...photoOf].filter(([raw]) => isRawPhoto(raw)).map(([raw, photo]) => [photo, raw]));
}

function groupOf<P extends object>(
  members: readonly PrintedFile<P>[],
  {
    compare,
    isNear,
  }: {
    readonly compare: (keep: P, other: P) => CopyLikeness;
    readonly isNear: (keep: P, other: P) => boolean;
  },
): CopyGroup {
  const between =
    <T>(take: (keep: P, other: P) => T, none: T) =>
    (a: number, b: number): T => {
      const [first, second] = [members[a], members[b]];
      return first === undefined || second === undefined ? none : take(first.print, second.print);
    };
  return {
    copies: members.map(({ copy }) => copy),
    isProven: false,
    compare: between(compare, { likeness: 0, note: null }),
    isNear: between(isNear, false),
  };
}
