import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { randomNumbers, type Random } from "../../../test/fixtures/random.ts";
import {
  exifSegment,
  jpegBytes,
  tiffBytes,
  xmpPacket,
  xmpSegment,
  type Field,
} from "../../../test/fixtures/samples/image-bytes.ts";
import { madeOnce } from "./made-once.ts";
import { photoMoments, type PhotoMoment } from "./photo-moment.ts";
import { writeSparse } from "./sparse-file.ts";

// Raise it with every change of what is made.
const edition = 1;
const endOfImage = Buffer.from([0xff, 0xd9]);
/** Every so manieth file came through a messenger, which takes out everything. */
const bareEvery = 11;

/**
 * A directory of JPEGs as cameras name and fill them, in folders by year and outing: EXIF with maker notes and thumbnails of real sizes,
 * GPS, XMP with captions and keywords, bursts, some without anything. In the place of pixels is a hole: 5,000 photos say that they have
 * some 35 GB and take 300 MB. The same for the same count, on every machine.
 */
export function cameraPhotos(count: number): Promise<string> {
  return madeOnce(`camera-photos-${edition}-${count}`, (directory) => {
    const random = randomNumbers(7);
    const moments = photoMoments(random);
    for (let made = 0; made < count; made++) writePhoto(directory, moments.next().value, random);
  });
}

function writePhoto(directory: string, moment: PhotoMoment, random: Random): void {
  const isBare = moment.number % bareEvery === 0;
  const [least, most] = isBare ? [90_000, 400_000] : moment.camera.sizeBytes;
  const path = join(directory, pathOf(moment, isBare));
  mkdirSync(dirname(path), { recursive: true });
  const head = isBare ? jpegBytes({ width: 1600, height: 1200 }) : photoHead(moment, random);
  writeSparse(path, { head, tail: endOfImage, sizeBytes: least + random(most - least) });
}

function pathOf({ camera, place, takenMs, number }: PhotoMoment, isBare: boolean): string {
  const day = new Date(takenMs).toISOString().slice(0, 10);
  const name = isBare
    ? `IMG-${day.replaceAll("-", "")}-WA${String(number % 10_000).padStart(4, "0")}.jpg`
    : `${camera.make === "Apple" ? "IMG_" : "DSC"}${String(number).padStart(5, "0")}.JPG`;
  return `${day.slice(0, 4)}/${day.slice(0, 7)} ${place.city}/${name}`;
}

function photoHead(moment: PhotoMoment, random: Random): Buffer {
  const { camera } = moment;
  const segments = [exifSegment(exifOf(moment, random))];
  if (camera.xmpBytes > 0) segments.push(xmpSegment(xmpOf(moment)));
  return jpegBytes({ width: camera.width, height: camera.height, segments });
}

function exifOf(moment: PhotoMoment, random: Random): Buffer {
  const { camera, lens, place, takenMs } = moment;
  const taken = new Date(takenMs).toISOString().replace("T", " ").slice(0, 19).replaceAll("-", ":");
  const image: Field[] = [
    [0x10f, 2, camera.make],
    [0x110, 2, camera.model],
    [0x112, 3, random(4) === 0 ? 6 : 1],
    [0x131, 2, "1.8.1"],
    [0x132, 2, taken],
  ];
  const exif: Field[] = [
    [0x829a, 5, [[1, 30 + random(2_000)]]],
    [0x829d, 5, [[14 + random(100), 10]]],
    [0x8827, 3, 100 * (1 + random(32))],
    [0x9003, 2, taken],
    [0x9004, 2, taken],
    ...(camera.hasZone ? [[0x9011, 2, place.zone] as const] : []),
    [0x9209, 3, random(10) === 0 ? 25 : 16],
    [0x920a, 5, [[24 + random(80), 1]]],
    ...(camera.makerNoteBytes > 0 ? [[0x927c, 7, filler(camera.makerNoteBytes, random)] as const] : []),
    [0x9291, 2, String(takenMs % 1_000).padStart(3, "0")],
    [0xa434, 2, lens],
  ];
  const gps = camera.hasPlace ? { gps: placeFields(moment, random) } : {};
  const gap = filler(camera.thumbnailBytes, random);
  return tiffBytes({ image, exif, ...gps, gap, isBigEndian: camera.isBigEndian });
}

function placeFields({ latitude, longitude }: PhotoMoment, random: Random): Field[] {
  return [
    [1, 2, latitude < 0 ? "S" : "N"],
    [2, 5, degrees(latitude)],
    [3, 2, longitude < 0 ? "W" : "E"],
    [4, 5, degrees(longitude)],
    [6, 5, [[random(40_000), 100]]],
  ];
}

function degrees(value: number): [number, number][] {
  const seconds = Math.abs(value) * 3_600;
  return [
    [Math.floor(seconds / 3_600), 1],
    [Math.floor((seconds % 3_600) / 60), 1],
    [Math.round((seconds % 60) * 100), 100],
  ];
}

/** A program's packet is padded with blanks, so that it can be edited in place. */
function xmpOf({ camera, place, subject, number }: PhotoMoment): string {
  const [what, where] = subject;
  const keywords = [what, where, place.city].map((keyword) => `<rdf:li>${keyword}</rdf:li>`).join("");
  const caption = `<rdf:li xml:lang="x-default">The ${what} with the ${where} in ${place.city}, ${number}</rdf:li>`;
  const packet = xmpPacket(
    `xmp:Rating="${number % 6}" photoshop:City="${place.city}" photoshop:Country="${place.country}"`,
    `<dc:description><rdf:Alt>${caption}</rdf:Alt></dc:description><dc:subject><rdf:Bag>${keywords}</rdf:Bag></dc:subject>`,
  );
  const padding = " ".repeat(Math.max(0, camera.xmpBytes - packet.length));
  return packet.replace('<?xpacket end="w"?>', `${padding}<?xpacket end="w"?>`);
}

function filler(length: number, random: Random): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(random(0x1_0000_0000), at);
  return bytes;
}
