import { CommonsError } from "../core/errors.ts";
import type { Metadata } from "../core/document.ts";
import type { PhotoFacts, PhotoPart } from "../extract/image/photo-facts.ts";
import { isNoPicture } from "../ingest/mirror.ts";
import type { Unread } from "../reader/document-reader.ts";
import type { FileReader } from "../reader/file-tasks.ts";
import type { CompanionFinder } from "../workspace/companion-finder.ts";
import { companionPath, isBroken, itemsWithout, pathsOfItem, type CompanionEnding } from "../workspace/companions.ts";
import type { PhotoReport } from "./photo-report.ts";

interface PhotoPlace {
  readonly root: string;
  readonly relative: string;
  readonly input: string;
  readonly finder: CompanionFinder;
}

interface OnePhotoWork {
  readonly reader: FileReader;
  readonly signal: AbortSignal;
}

/**
 * One image with all of its tags, the facts of what is one item with it, and which of them come from there. Of an XMP file its facts. Errors:
 * FILE_NOT_READABLE for what is no image, or one that cannot be read; CANCELLED.
 */
export async function readOnePhoto(place: PhotoPlace, work: OnePhotoWork): Promise<PhotoReport> {
  const startedMs = performance.now();
  const { photo: whole, companions } = await itemOf(place, work);
  const photo = await read(place, { reader: work.reader, companions, isWhole: true });
  throwIfCancelled(work.signal);
  if (photo.kind !== "photo") throw notReadable(place, photo, companions);
  const parts = await partsOf(place, { ...work, companions, photo });
  return {
    kind: "one",
    path: place.relative,
    photo: {
      ...photo,
      ...(parts.length === 0 ? {} : { parts }),
      ...(whole === null ? {} : { partOf: whole.slice(whole.lastIndexOf("/") + 1) }),
    },
    ms: Math.round(performance.now() - startedMs),
  };
}

/** The companions of a file, or the photo that it belongs to; a photo that is no picture leaves those to the next of the name. */
async function itemOf(
  place: PhotoPlace,
  { reader }: OnePhotoWork,
): Promise<{ photo: string | null; companions: readonly CompanionEnding[] }> {
  const { relative, finder } = place;
  const first = await finder.photoOf(relative);
  if (first === null) return { photo: null, companions: await finder.companions(relative) };
  let [photo, companions] = [first, await finder.companions(first)];
  while (photo !== relative) {
    const result = await read({ ...place, relative: photo }, { reader, companions, isWhole: false });
    const left: [string, readonly CompanionEnding[]][] =
      result.kind !== "photo" && isNoPicture(result) ? [...itemsWithout(photo, companions)] : [];
    const next: (typeof left)[number] | undefined = left.find(([item, endings]) =>
      pathsOfItem(item, endings).includes(relative),
    );
    if (next === undefined) return { photo, companions: [] };
    [photo, companions] = next;
  }
  return { photo: null, companions };
}

/** What each companion says that the photo does not. */
async function partsOf(
  place: PhotoPlace,
  { reader, signal, companions, photo }: OnePhotoWork & { companions: readonly CompanionEnding[]; photo: PhotoFacts },
): Promise<PhotoPart[]> {
  if (companions.length === 0) return [];
  const alone = await read(place, { reader, companions: [], isWhole: false });
  const parts: PhotoPart[] = [];
  for (const ending of companions) {
    throwIfCancelled(signal);
    const path = companionPath(place.relative, ending);
    const name = path.slice(path.lastIndexOf("/") + 1);
    const part = isBroken(ending)
      ? null
      : await read({ ...place, relative: path }, { reader, companions: [], isWhole: false });
    const isDamaged = part?.kind !== "photo" || part.facts["isDamaged"] === true;
    const own = alone.kind === "photo" ? alone.facts : {};
    parts.push({
      name,
      isDamaged,
      gives: part?.kind === "photo" ? givenBy(part.facts, { own, all: photo.facts }) : [],
    });
  }
  return parts;
}

/** What people ask for; the rest of the facts is made of these. */
const toldFacts: readonly (readonly [fact: string, word: string])[] = [
  ["camera", "camera"],
  ["lens", "lens"],
  ["aperture", "aperture"],
  ["exposureText", "exposure"],
  ["iso", "ISO"],
  ["focalLengthMm", "focal length"],
  ["takenAt", "time"],
  ["latitude", "position"],
  ["altitudeMeters", "altitude"],
  ...[
    "location",
    "city",
    "state",
    "country",
    "title",
    "headline",
    "caption",
    "people",
    "keywords",
    "creator",
    "copyright",
    "rating",
  ].map((fact) => [fact, fact] as const),
];
const lists: ReadonlySet<string> = new Set(["people", "keywords"]);

function givenBy(part: Metadata, { own, all }: { own: Metadata; all: Metadata }): string[] {
  return toldFacts.flatMap(([fact, word]) => {
    const isGiven =
      part[fact] !== undefined && own[fact] !== all[fact] && (lists.has(fact) || part[fact] === all[fact]);
    return isGiven ? [word] : [];
  });
}

function read(
  { root, relative }: Pick<PhotoPlace, "root" | "relative">,
  { reader, ...how }: { reader: FileReader; companions: readonly CompanionEnding[]; isWhole: boolean },
): Promise<PhotoFacts | Unread> {
  return reader.run("photo", { root, path: relative, ...how });
}

function notReadable(place: PhotoPlace, unread: Unread, companions: readonly CompanionEnding[]): CommonsError {
  const why = unread.kind === "skipped" && unread.reason === "filtered" ? "it is no image" : messageOf(unread);
  const beside = isNoPicture(unread) ? companions.map((ending) => companionPath(place.input, ending)) : [];
  return new CommonsError("FILE_NOT_READABLE", `${place.input} tells nothing as an image: ${why}.`, {
    hint:
      beside.length > 0
        ? `What stands beside it may tell more: ${beside.join(", ")}.`
        : "list_file_types (of an agent) and docs/reference/file-types.md name the formats of images that are read.",
    details: { path: place.relative, reason: unread.kind === "skipped" ? unread.reason : "failed" },
  });
}

export function messageOf(unread: Unread): string {
  return unread.message ?? (unread.kind === "skipped" ? unread.reason : "failed");
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CommonsError("CANCELLED", "The reading of images was cancelled.");
}
