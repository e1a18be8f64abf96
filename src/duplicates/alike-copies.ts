import { readingOf } from "../extract/registry.ts";
import { distanceBetween, likenessAt, turnText } from "../pictures/picture-likeness.ts";
import { loadPixelDecoder } from "../pictures/pixel-decoder.ts";
import type { ReadLimits } from "../reader/document-reader.ts";
import type { FileReader } from "../reader/file-tasks.ts";
import { groupAlikePictures } from "./alike-pictures.ts";
import { groupAlikeTexts, textLikeness } from "./alike-texts.ts";
import type { Comparison, CopyGroup } from "./copies.ts";
import type { KeptPrints } from "./kept-prints.ts";
import { printFiles, type PrintedFile } from "./printed-files.ts";

export interface AlikeOptions {
  readonly reader: FileReader;
  readonly kept: KeptPrints;
  readonly limits: ReadLimits;
  readonly threshold?: number | undefined;
  readonly isTurned: boolean;
}

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
    yield groupOf(members, (first, second) => {
      const likeness = textLikeness(first, second);
      return { likeness, note: likeness === 1 ? "the same text, white space apart" : null };
    });
  }
}

/** Groups of pictures that look alike. Errors: PIXELS_UNAVAILABLE, those of `printFiles`. */
export async function* alikePictures(
  work: Comparison,
  { reader, kept, threshold, isTurned }: AlikeOptions,
): AsyncGenerator<CopyGroup> {
  // Each file would say it, and none that it is the same for all.
  await loadPixelDecoder();
  const print = (path: string) => reader.run("picture", { root: work.root, path, isTurned });
  const printed = await printFiles(work, { name: isTurned ? "turned" : "picture", print, kept });
  const byPath = new Map(printed.map((each) => [each.path, each]));
  const { groups, flat } = groupAlikePictures(printed, { isTurned, threshold });
  work.notes.flat(flat);
  for (const { center, others } of groups) {
    const members = [center, ...others.map(({ path }) => path)].flatMap((path) => byPath.get(path) ?? []);
    const group = groupOf(members, (keep, other) => {
      const distance = distanceBetween(keep, other);
      return { likeness: likenessAt(distance), note: turnText(distance.turn) };
    });
    const copies = members.map(({ copy, print: { width, height } }) => {
      return { ...copy, pixels: width * height, note: `${width} x ${height}` };
    });
    yield { ...group, copies };
  }
}

function groupOf<P extends object>(
  members: readonly PrintedFile<P>[],
  compare: (first: P, second: P) => { readonly likeness: number; readonly note: string | null },
): CopyGroup {
  return {
    copies: members.map(({ copy }) => copy),
    isProven: false,
    compare: (a, b) => {
      const [first, second] = [members[a], members[b]];
      return first === undefined || second === undefined
        ? { likeness: 0, note: null }
        : compare(first.print, second.print);
    },
  };
}
