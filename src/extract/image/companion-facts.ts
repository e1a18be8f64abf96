import { DamagedFile, type FileContent } from "../extracted.ts";
import { readExifFacts } from "./exif-facts.ts";
import { readImage } from "./image-formats.ts";
import { createImageSource } from "./image-source.ts";
import { distinct, mergeFacts, type FoundFacts } from "./picture-facts.ts";
import type { TakenAt } from "./taken-at.ts";
import { readXmpFacts } from "./xmp-facts.ts";

// Photo programs write some kilobytes, with the strokes of every edit some hundred.
const maxSidecarBytes = 4_000_000;

const written = [
  "title",
  "headline",
  "caption",
  "translations",
  "creator",
  "copyright",
  "rating",
  "location",
  "city",
  "state",
  "country",
] as const;

/**
 * The facts of a photo with those of its companions. What people write, where and when it was come from the XMP beside it first, for there
 * photo programs keep their edits; what the camera says from the photo first, then from the RAW. How the picture is turned is of each file
 * its own. A companion that is broken says nothing.
 */
export async function withCompanionFacts(own: FoundFacts, companions: readonly FileContent[]): Promise<FoundFacts> {
  if (companions.length === 0) return own;
  const sidecars: FoundFacts[] = [];
  const raws: FoundFacts[] = [];
  for (const file of companions)
    if (/\.xmp$/i.test(file.path)) sidecars.push(await sidecarFacts(file));
    else raws.push(await rawFacts(file));
  const sidecar = merged(sidecars);
  const camera = merged([own, ...raws]);
  const { orientation: _turned, ...beside } = sidecar;
  const facts: FoundFacts = { ...beside, ...camera, ...placeOf(sidecar), ...pick(sidecar) };
  const keywords = mergeFacts({ exif: camera, xmp: sidecar, iptc: {}, notes: {} }).keywords;
  const people = distinct([sidecar, camera].flatMap((each) => each.people ?? []));
  const takenAt = takenAtOf(sidecar.takenAt, camera.takenAt);
  return {
    ...facts,
    ...(keywords === undefined ? {} : { keywords }),
    ...(people.length === 0 ? {} : { people }),
    ...(takenAt === undefined ? {} : { takenAt }),
  };
}

/** The first that has a fact gives it; how a picture is turned only the first of all. */
function merged([first = {}, ...others]: readonly FoundFacts[]): FoundFacts {
  let all = first;
  for (const { orientation: _turned, ...facts } of others) all = { ...facts, ...all };
  return all;
}

function pick(facts: FoundFacts): FoundFacts {
  return Object.fromEntries(written.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])));
}

/** Both or none: half a position of one file and half of another is nowhere. */
function placeOf({ latitude, longitude, altitudeMeters }: FoundFacts): FoundFacts {
  if (latitude === undefined || longitude === undefined) return {};
  return { latitude, longitude, ...(altitudeMeters === undefined ? {} : { altitudeMeters }) };
}

/** The same clock in both: the camera's, which may know zone and fractions. Another one in the sidecar is a correction. */
function takenAtOf(sidecar: TakenAt | undefined, camera: TakenAt | undefined): TakenAt | undefined {
  if (sidecar === undefined || camera === undefined) return sidecar ?? camera;
  if (sidecar.hour === null && camera.hour !== null) return camera;
  return sidecar.text.slice(0, 19) === camera.text.slice(0, 19) ? camera : sidecar;
}

async function sidecarFacts(file: FileContent): Promise<FoundFacts> {
  if (file.sizeBytes > maxSidecarBytes) return {};
  return (await readXmpFacts([await file.read(0, file.sizeBytes)])).facts;
}

async function rawFacts(file: FileContent): Promise<FoundFacts> {
  try {
    const layout = await readImage(createImageSource(file), file.path);
    if (layout === null) return {};
    const { exif, iptc } = await readExifFacts(layout.tags, layout.iptc);
    const { facts: xmp } = await readXmpFacts(layout.xmp);
    return mergeFacts({ exif, iptc, xmp, notes: {} });
  } catch (error) {
    if (error instanceof DamagedFile) return {};
    throw error;
  }
}
