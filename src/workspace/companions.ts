import { createHash } from "node:crypto";
import type { FileStat } from "../core/document.ts";

/**
 * Files that are one item with a photo: the RAW beside its JPEG, and what photo programs write beside either (XMP). They have the photo's
 * name up to an ending: "IMG_1.jpg" with "IMG_1.CR2", "IMG_1.xmp" or "IMG_1.CR2.xmp". A companion is named by that ending, ".CR2.xmp".
 */
export type CompanionEnding = string;

// Before the ending of what would be the photo, and is no picture: nothing is read of it, and its item changes with it.
const brokenMark = "!";

/** Of the pictures of one name, the earlier is what people open. */
const openedEndings = ["jpg", "jpeg", "jpe", "jfif", "heic", "heif", "hif"];
const rawEndings = ["cr2", "cr3", "nef", "nrw", "arw", "sr2", "dng", "orf", "rw2", "raf", "pef", "srw", "3fr", "erf"];
const otherEndings = ["tif", "tiff", "png", "webp", "avif", "psd", "psb", "gif", "bmp"];
/** Endings of pictures that others may belong to: those whose bytes are read. */
export const photoEndings: readonly string[] = [...openedEndings, ...rawEndings, ...otherEndings];
const rankOfEnding = new Map(photoEndings.map((ending, rank) => [ending, rank]));
// Nothing is read of these: they may belong to a photo, but nothing to them.
const closedRawEndings = ["crw", "iiq", "x3f"];
const anyRaw = new Set([...rawEndings, ...closedRawEndings]);
const anyPicture = [...photoEndings, ...closedRawEndings].join("|");

// With six the signature stays within what the hub takes of one; a photo has one or two.
const maxCompanions = 6;

const companionName = new RegExp(`\\.(?:xmp|${[...anyRaw].join("|")})$`, "i");
const partName = new RegExp(`^(.+?)((?:\\.(?:${anyPicture}))?\\.xmp|\\.(?:${anyPicture}))$`, "i");

interface NamedPart {
  readonly path: string;
  /** The path without the ending. */
  readonly stem: string;
  readonly ending: CompanionEnding;
}

/** What of some files is one item. */
export interface PhotoItems {
  /** Endings of its companions, by the path of the photo; only of photos that have some. */
  readonly companions: ReadonlyMap<string, readonly CompanionEnding[]>;
  /** The photo, by the path of its companion. */
  readonly photoOf: ReadonlyMap<string, string>;
}

/** Whether a file of this name may belong to another: a RAW, or XMP. */
export function mayBeCompanion(path: string): boolean {
  return companionName.test(path);
}

/** Whether a file of this name is a RAW photo. */
export function isRawPhoto(path: string): boolean {
  return anyRaw.has(path.slice(path.lastIndexOf(".") + 1).toLowerCase());
}

/** Path without the ending, and the ending, of what may be part of a photo; null for any other name. */
export function photoPartOf(path: string): NamedPart | null {
  const cut = path.lastIndexOf("/") + 1;
  const match = partName.exec(path.slice(cut));
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { path, stem: path.slice(0, cut) + match[1], ending: match[2] };
}

/** Which of the files are companions of which. `canBePhoto`: whether a file may be what others belong to; asked of pictures only. */
export function findPhotoItems(
  paths: Iterable<string>,
  canBePhoto: (path: string) => boolean = () => true,
): PhotoItems {
  const stems = new Set<string>();
  const named: string[] = [];
  for (const path of paths) {
    named.push(path);
    const part = mayBeCompanion(path) ? photoPartOf(path) : null;
    if (part !== null) stems.add(part.stem);
  }
  const companions = new Map<string, readonly CompanionEnding[]>();
  const photoOf = new Map<string, string>();
  if (stems.size === 0) return { companions, photoOf };
  const groups = new Map<string, NamedPart[]>();
  for (const path of named) {
    const part = photoPartOf(path);
    if (part === null || !stems.has(part.stem)) continue;
    const group = groups.get(part.stem);
    if (group === undefined) groups.set(part.stem, [part]);
    else group.push(part);
  }
  for (const group of groups.values()) {
    for (const [photo, parts] of itemsOf(group, canBePhoto)) {
      const taken = parts.toSorted(bySidecar).slice(0, maxCompanions);
      if (taken.length > 0) companions.set(photo, taken.map(({ ending }) => ending).toSorted());
      for (const { path } of taken) photoOf.set(path, photo);
    }
  }
  return { companions, photoOf };
}

/** Companions by photo, of parts of one stem. */
function itemsOf(group: readonly NamedPart[], canBePhoto: (path: string) => boolean): Map<string, NamedPart[]> {
  const pictures = group.filter(({ ending }) => !isSidecar(ending)).toSorted(byRank);
  const photos = pictures.filter((part) => rankOf(part) < photoEndings.length && canBePhoto(part.path));
  const first = photos[0];
  const items = new Map<string, NamedPart[]>(photos.map(({ path }) => [path, []]));
  if (first === undefined) return items;
  const isOpened = rankOf(first) < openedEndings.length;
  const isTakenIn = (part: NamedPart): boolean => isOpened && isRaw(part);
  for (const part of group) {
    const owner = isSidecar(part.ending) ? ownerOf(part, { pictures, first }) : isTakenIn(part) ? first : null;
    if (owner !== null) items.get(isTakenIn(owner) ? first.path : owner.path)?.push(part);
  }
  for (const part of photos) if (isTakenIn(part)) items.delete(part.path);
  return items;
}

/** "IMG_1.CR2.xmp" belongs to that file alone, "IMG_1.xmp" to the first of the name. */
function ownerOf(
  { ending }: NamedPart,
  { pictures, first }: { pictures: readonly NamedPart[]; first: NamedPart },
): NamedPart | null {
  const named = ending.slice(0, -".xmp".length).toLowerCase();
  return named === "" ? first : (pictures.find((picture) => picture.ending.toLowerCase() === named) ?? null);
}

function isSidecar(ending: CompanionEnding): boolean {
  return /\.xmp$/i.test(ending);
}

function isRaw({ ending }: NamedPart): boolean {
  return anyRaw.has(ending.slice(1).toLowerCase());
}

function rankOf({ ending }: NamedPart): number {
  return rankOfEnding.get(ending.slice(1).toLowerCase()) ?? photoEndings.length;
}

function byRank(a: NamedPart, b: NamedPart): number {
  return rankOf(a) - rankOf(b) || (a.path < b.path ? -1 : 1);
}

function bySidecar(a: NamedPart, b: NamedPart): number {
  return Number(isSidecar(b.ending)) - Number(isSidecar(a.ending)) || (a.ending < b.ending ? -1 : 1);
}

/** The path of a photo's companion. */
export function companionPath(photo: string, ending: CompanionEnding): string {
  return (photoPartOf(photo)?.stem ?? photo) + (isBroken(ending) ? ending.slice(brokenMark.length) : ending);
}

/** Whether the ending is that of what would be the photo, had it not turned out to be no picture. */
export function isBroken(ending: CompanionEnding): boolean {
  return ending.startsWith(brokenMark);
}

/** The paths of a photo and of all that is one item with it, the photo first. */
export function pathsOfItem(photo: string, companions: readonly CompanionEnding[]): string[] {
  return [photo, ...companions.map((ending) => companionPath(photo, ending))];
}

/** What the companions of a photo are that turned out to be no picture: items, with the endings of theirs, and with its own as broken. */
export function itemsWithout(
  photo: string,
  companions: readonly CompanionEnding[],
): ReadonlyMap<string, readonly CompanionEnding[]> {
  const left = companions.filter((ending) => !isBroken(ending)).map((ending) => companionPath(photo, ending));
  const ending = photoPartOf(photo)?.ending ?? "";
  const broken = [...companions.filter(isBroken), `${brokenMark}${ending}`];
  const items = findPhotoItems(left);
  return new Map(
    left
      .filter((path) => !items.photoOf.has(path))
      .map((path) => [path, [...broken, ...(items.companions.get(path) ?? [])].toSorted()]),
  );
}

/** A photo's stat with that of its companions: it changes with any of them, and names them. In any order. */
export function withCompanions(
  own: FileStat,
  companions: readonly { readonly ending: CompanionEnding; readonly signature: string }[],
): FileStat {
  if (companions.length === 0) return own;
  const sorted = companions.toSorted((a, b) => (a.ending < b.ending ? -1 : 1));
  const sum = createHash("sha256");
  for (const { ending, signature } of sorted) sum.update(`${ending} ${signature}\n`);
  const endings = sorted.map(({ ending }) => `|${ending}`).join("");
  return { ...own, signature: `${own.signature}${endings}#${sum.digest("hex").slice(0, 16)}` };
}

/** A photo's stat without that of its companions. */
export function ownStat(stat: FileStat): FileStat {
  return { ...stat, signature: stat.signature.split("|")[0] ?? "" };
}

/** The companions that a stat names. */
export function companionsOf({ signature }: Pick<FileStat, "signature">): CompanionEnding[] {
  return signature.split("#")[0]?.split("|").slice(1) ?? [];
}
