import { DamagedFile, type FileContent } from "../extracted.ts";
import { readExifFacts } from "./exif-facts.ts";
import { readImage } from "./image-formats.ts";
import { createImageSource } from "./image-source.ts";
import { distinct, foundFacts, mergeFacts, type FoundFacts } from "./picture-facts.ts";
import type { TakenAt } from "./taken-at.ts";
import { packetText, readXmpFacts } from "./xmp-facts.ts";

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

/** Facts of a photo with those of its companions, and which of them could not be read, or not whole. */
interface JoinedFacts {
  readonly facts: FoundFacts;
  /** File names. */
  readonly broken: readonly string[];
}

/**
 * The facts of a photo with those of its companions. What people write, where and when it was come from the XMP beside it first, for there
 * photo programs keep their edits; what the camera says from the photo first, then from the RAW. How the picture is turned is of each file
 * its own. Keywords and people of all count. A companion that is broken says what stands before the break, and is named; XMP beyond 4 MB
 * says nothing.
 */
export async function withCompanionFacts(own: FoundFacts, companions: readonly FileContent[]): Promise<JoinedFacts> {
  if (companions.length === 0) return { facts: own, broken: [] };
  const sidecars: FoundFacts[] = [];
  const raws: FoundFacts[] = [];
  const broken: string[] = [];
  for (const file of companions) {
    const isXmp = isSidecar(file.path);
    const read = isXmp ? await readSidecar(file) : await readRaw(file);
    (isXmp ? sidecars : raws).push(read.facts);
    if (read.isDamaged) broken.push(file.path.slice(file.path.lastIndexOf("/") + 1));
  }
  return { facts: joined(own, { sidecars, raws }), broken };
}

function joined(own: FoundFacts, { sidecars, raws }: { sidecars: FoundFacts[]; raws: FoundFacts[] }): FoundFacts {
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

/** The first that has a fact gives it, of lists each adds its own; how a picture is turned only the first of all. */
function merged(each: readonly FoundFacts[]): FoundFacts {
  const [first = {}, ...others] = each;
  let all = first;
  for (const { orientation: _turned, ...facts } of others) all = { ...facts, ...all };
  const lists = {
    keywords: distinct(each.flatMap(({ keywords = [] }) => keywords)),
    people: distinct(each.flatMap(({ people = [] }) => people)),
    translations: distinct(each.flatMap(({ translations = [] }) => translations)),
  };
  return { ...all, ...foundFacts(lists) };
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

export function isSidecar(path: string): boolean {
  return /\.xmp$/i.test(path);
}

/** What XMP in a file of its own says. `packet` is null where it is too large to be read. */
export async function readSidecar(
  file: FileContent,
): Promise<{ facts: FoundFacts; packet: Buffer | null; isDamaged: boolean }> {
  if (file.sizeBytes > maxSidecarBytes) return { facts: {}, packet: null, isDamaged: true };
  const packet = await file.read(0, file.sizeBytes);
  const { facts, isDamaged } = await readXmpFacts([packet]);
  // A file of blanks, or of zeros after an interrupted copy, breaks no rule of XML.
  return { facts, packet, isDamaged: isDamaged || !packetText(packet).includes("<") };
}

async function readRaw(file: FileContent): Promise<{ facts: FoundFacts; isDamaged: boolean }> {
  // What is known of such formats is their name: nothing is wrong with them.
  if (fileIsClosed(file.path)) return { facts: {}, isDamaged: false };
  try {
    const layout = await readImage(createImageSource(file), file.path);
    if (layout === null) return { facts: {}, isDamaged: true };
    const { exif, iptc } = await readExifFacts(layout.tags, layout.iptc);
    const { facts: xmp, isDamaged } = await readXmpFacts(layout.xmp);
    return { facts: mergeFacts({ exif, iptc, xmp, notes: {} }), isDamaged: isDamaged || layout.isDamaged };
  } catch (error) {
    if (error instanceof DamagedFile) return { facts: {}, isDamaged: true };
    throw error;
  }
}

function fileIsClosed(path: string): boolean {
  return /\.(?:crw|iiq|x3f)$/i.test(path);
}
