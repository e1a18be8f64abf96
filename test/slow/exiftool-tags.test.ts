import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PhotoFacts, PhotoTag } from "../../src/extract/image/photo-facts.ts";
import { runFileTask } from "../../src/reader/file-tasks.ts";
import { drawnTagArguments } from "../fixtures/drawn-tags.ts";
import { imagesSamples } from "../fixtures/samples/images.ts";

// Every tag that both know agrees: exiftool writes a corpus with tags drawn at random and reads it, and so do we.
const run = promisify(execFile);
const version = await run("exiftool", ["-ver"]).then(
  ({ stdout }) => stdout.trim(),
  () => null,
);
if (version === null) {
  if (process.env["CI"] && process.getuid?.() === 0)
    throw new Error("exiftool is not installed (Debian: libimage-exiftool-perl).");
  console.warn("SKIPPED: exiftool is not installed, so no second reader checks the tags of images.");
}

const seedsPerFormat = 6;
const noTags = /\.(gif|bmp|ico|svg|raf)$/;

/** exiftool's groups and our blocks; what it has in other groups is of the container, of the disk or computed. */
const blocks: Readonly<Record<string, string>> = {
  IFD0: "IFD0",
  IFD1: "IFD1",
  SubIFD: "SubIFD",
  ExifIFD: "EXIF",
  GPS: "GPS",
  InteropIFD: "Interop",
  IPTC: "IPTC",
  "ICC-header": "ICC",
  ICC_Profile: "ICC",
};

/** exiftool's names that differ from ours in more than case and punctuation, by our block. */
const names: Readonly<Record<string, string>> = {
  "IFD0:ImageHeight": "ImageLength",
  "IFD1:ImageHeight": "ImageLength",
  "SubIFD:ImageHeight": "ImageLength",
  "IFD0:ModifyDate": "DateTime",
  "IFD1:ThumbnailOffset": "JPEGInterchangeFormat",
  "IFD1:ThumbnailLength": "JPEGInterchangeFormatLength",
  "EXIF:ISO": "ISOSpeedRatings",
  "EXIF:CreateDate": "DateTimeDigitized",
  "EXIF:ExposureCompensation": "ExposureBiasValue",
  "EXIF:FocalLengthIn35mmFormat": "FocalLengthIn35mmFilm",
  "EXIF:ExifImageWidth": "PixelXDimension",
  "EXIF:ExifImageHeight": "PixelYDimension",
  "EXIF:OwnerName": "CameraOwnerName",
  "EXIF:SerialNumber": "BodySerialNumber",
  "EXIF:LensInfo": "LensSpecification",
  "Interop:InteropIndex": "InteroperabilityIndex",
  "Interop:InteropVersion": "InteroperabilityVersion",
  "IPTC:ApplicationRecordVersion": "Record Version",
  "IPTC:EnvelopeRecordVersion": "Model Version",
  "ICC:ProfileClass": "Profile/Device class",
  "ICC:ProfileCMMType": "Preferred CMM type",
  "ICC:ColorSpaceData": "Color Space",
  "ICC:ProfileConnectionSpace": "Connection Space",
  "ICC:ProfileDateTime": "ICC Profile Date",
  "ICC:ProfileFileSignature": "ICC Signature",
  "ICC:DeviceModel": "Device Model Number",
  "ICC:ProfileDescription": "ICC Description",
  "ICC:ProfileCopyright": "ICC Copyright",
};

type Parts = readonly (string | number)[];
const degrees = ([whole = 0, minutes = 0, seconds = 0]: Parts): Parts => [
  Number(whole) + Number(minutes) / 60 + Number(seconds) / 3600,
];
const seconds = ([stops = 0]: Parts): Parts => [2 ** -Number(stops)];
const aperture = ([stops = 0]: Parts): Parts => [2 ** (Number(stops) / 2)];
const clock = (parts: Parts): Parts => [parts.map((part) => String(part).replace(/^\d(?!\d)/, "0$&")).join(":")];

/** What we give as the file has it, and exiftool in other units. */
const units: Readonly<Record<string, (parts: Parts) => Parts>> = {
  "EXIF:shutterspeedvalue": seconds,
  "EXIF:aperturevalue": aperture,
  "EXIF:maxaperturevalue": aperture,
  "GPS:gpslatitude": degrees,
  "GPS:gpslongitude": degrees,
  "GPS:gpstimestamp": clock,
  "IPTC:codedcharacterset": ([set = ""]) => [set === "UTF-8" ? "\u001b%G" : set],
};
/** What the library tells in words only, and exiftool in the profile's letters. */
const worded: ReadonlySet<string> = new Set([
  "ICC:profileversion",
  "ICC:profiledeviceclass",
  "ICC:primaryplatform",
  "ICC:renderingintent",
]);

type Said = Readonly<Record<string, unknown>>;

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "commons-exiftool-tags-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** Pictures that a program has made, with a colour profile. */
async function realPictures(): Promise<{ path: string; bytes: Buffer }[]> {
  const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: "#336699" } }).withIccProfile("p3");
  return Promise.all(
    (["jpeg", "png", "webp", "tiff", "avif"] as const).map(async (format) => ({
      path: `real.${format}`,
      bytes: await picture.clone().toFormat(format).toBuffer(),
    })),
  );
}

async function makeCorpus(): Promise<string[]> {
  const samples = await Promise.all(
    imagesSamples
      .filter(({ path }) => !noTags.test(path))
      .map(async ({ path, bytes }) => ({ path, bytes: Buffer.from(await bytes()) })),
  );
  const files: string[] = [];
  const calls: string[] = [];
  for (const { path, bytes } of [...samples, ...(await realPictures())]) {
    for (let seed = 1; seed <= seedsPerFormat; seed++) {
      const name = `${seed}-${path}`;
      await writeFile(join(directory, name), bytes);
      const tags = drawnTagArguments(seed * 1_000 + files.length);
      calls.push(["-overwrite_original", "-IPTC:CodedCharacterSet=UTF8", ...tags, join(directory, name)].join("\n"));
      files.push(name);
    }
  }
  const list = join(directory, "arguments.txt");
  await writeFile(list, `${calls.join("\n-execute\n")}\n`);
  const common = ["-q", "-q", "-m", "-charset", "utf8", "-charset", "iptc=utf8"];
  await run("exiftool", ["-@", list, "-common_args", ...common], { maxBuffer: 64e6 });
  await rm(list);
  return files;
}

async function theirs(): Promise<Map<string, Said>> {
  const options = ["-json", "-n", "-G1", "-struct", "-charset", "utf8", "-charset", "iptc=utf8", directory];
  const { stdout } = await run("exiftool", options, { maxBuffer: 256e6 });
  // Safe: exiftool prints a list of objects, each with the file's name.
  const all = JSON.parse(stdout) as (Said & { readonly SourceFile: string })[];
  return new Map(all.map((said) => [said.SourceFile.slice(said.SourceFile.lastIndexOf("/") + 1), said]));
}

async function ours(path: string): Promise<PhotoFacts> {
  const photo = await runFileTask("photo", { root: directory, path, isWhole: true });
  if (photo.kind !== "photo") throw new Error(`${path}: ${JSON.stringify(photo)}`);
  return photo;
}

const folded = (name: string): string => name.toLowerCase().replace(/[^a-z0-9\u0080-\uffff]/g, "");

function partsOf(value: unknown): Parts {
  if (Array.isArray(value)) return value.flatMap(partsOf);
  return typeof value === "number" ? [value] : [String(value)];
}

const number = /^-?\d+(\.\d+)?(e-?\d+)?$/i;

function wordsOf(value: unknown): string[] {
  const words = partsOf(value).join(" ").split(/\s+/);
  return words.filter((word) => word !== "");
}

/** Digits of a date and time, however they are set apart. */
function momentOf(value: unknown): string {
  const text = wordsOf(value).join(" ");
  return text.replace(/(\d)[-:T ](?=\d)/g, "$1").replace(/\.0+Z$/, "");
}

/** Numbers to one part in a million, words letter by letter. */
function isSameWord(mine: string, their: string): boolean {
  if (!number.test(mine) || !number.test(their)) return mine.toLowerCase() === their.toLowerCase();
  return Math.abs(Number(mine) - Number(their)) <= 1e-6 * Math.abs(Number(their));
}

function isSame(key: string, own: PhotoTag["value"], other: unknown): boolean {
  const unit = units[key];
  const mine = wordsOf(unit === undefined ? own : unit(partsOf(own)));
  const their = wordsOf(other);
  const isEqual = mine.length === their.length && mine.every((word, index) => isSameWord(word, their[index] ?? ""));
  return isEqual || (/date|time/.test(key) && momentOf(own) === momentOf(other));
}

interface Flat {
  /** Block and folded name. */
  readonly key: string;
  readonly value: unknown;
}

/** exiftool's tags of the blocks that both have, under our names. */
function flatten(said: Said): Flat[] {
  return Object.entries(said).flatMap(([full, value]): Flat[] => {
    const [group = "", name = ""] = full.split(":");
    if (group.startsWith("XMP-"))
      return group === "XMP-x" ? [] : xmpFlat(`XMP:${group.slice(4).toLowerCase()}`, name, value);
    const block = blocks[group];
    if (block === undefined || String(value).startsWith("(Binary data")) return [];
    return [{ key: `${block}:${folded(names[`${block}:${name}`] ?? name)}`, value }];
  });
}

function xmpFlat(group: string, name: string, value: unknown): Flat[] {
  const isStructure = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isStructure) return [{ key: `${group}:${folded(name)}`, value }];
  return Object.entries(value).flatMap(([field, inner]) => xmpFlat(group, `${name}/${field}`, inner));
}

function ownKey({ block, name }: PhotoTag): string {
  if (block !== "XMP") return `${block}:${folded(name)}`;
  const [prefix = ""] = name.split(":");
  const short = prefix.replace(/^Iptc4xmp/, "iptc").toLowerCase();
  const path = name.split("/").map((part) => part.slice(part.indexOf(":") + 1));
  return `XMP:${short}:${folded(path.join("/"))}`;
}

/** Time with its part of a second and its zone, and the position with its signs, as the metadata has them. */
function differingFacts(file: string, { facts }: PhotoFacts, said: Said): string[] {
  const [latitude, longitude] = [said["Composite:GPSLatitude"], said["Composite:GPSLongitude"]];
  const altitude = said["Composite:GPSAltitude"];
  const expected: Record<string, unknown> = {
    takenAt: takenAt(said),
    ...(typeof latitude === "number" && typeof longitude === "number" ? { latitude, longitude } : {}),
    ...(typeof altitude === "number" ? { altitudeMeters: Number(altitude.toFixed(1)) } : {}),
  };
  return Object.entries(expected).flatMap(([name, value]) => {
    const own = facts[name];
    // An altitude is kept to a tenth of a metre, a position to a millionth of a degree.
    const slack = name === "altitudeMeters" ? 0.051 : 1e-6;
    const isClose = typeof own === "number" && typeof value === "number" && Math.abs(own - value) <= slack;
    return value === undefined || own === value || isClose
      ? []
      : [`${file} ${name}: we ${own}, exiftool ${JSON.stringify(value)}`];
  });
}

function takenAt(said: Said): string | undefined {
  const date = said["ExifIFD:DateTimeOriginal"];
  if (typeof date !== "string") return undefined;
  const fraction = said["ExifIFD:SubSecTimeOriginal"];
  // OffsetTime is the zone of the last change.
  const zone = said["ExifIFD:OffsetTimeOriginal"] ?? "";
  const clockTime = date.replace(/^(\d+):(\d+):(\d+) /, "$1-$2-$3T");
  return `${clockTime}${fraction === undefined ? "" : `.${partsOf(fraction)[0]}`}${partsOf(zone)[0]}`;
}

describe.skipIf(version === null)("exiftool and we", { timeout: 200_000 }, () => {
  it("agree on every tag that both know, in every format that exiftool writes", async () => {
    const files = await makeCorpus();
    const said = await theirs();
    const differing: string[] = [];
    const factsDiffering: string[] = [];
    const onlyTheirs = new Map<string, number>();
    const onlyOurs = new Map<string, number>();
    const compared = new Map<string, number>();
    let all = 0;
    for (const file of files) {
      const photo = await ours(file);
      factsDiffering.push(...differingFacts(file, photo, said.get(file) ?? {}));
      const own = new Map((photo.tags ?? []).map((tag) => [ownKey(tag), tag]));
      for (const { key, value } of flatten(said.get(file) ?? {})) {
        all++;
        const tag = own.get(key);
        own.delete(key);
        const block = key.slice(0, key.indexOf(":"));
        if (tag === undefined || tag.value === null) onlyTheirs.set(key, (onlyTheirs.get(key) ?? 0) + 1);
        else if (worded.has(key) || isSame(key, tag.value, value)) compared.set(block, (compared.get(block) ?? 0) + 1);
        else differing.push(`${file} ${key}: we ${JSON.stringify(tag.value)}, exiftool ${JSON.stringify(value)}`);
      }
      for (const key of own.keys()) onlyOurs.set(key, (onlyOurs.get(key) ?? 0) + 1);
    }
    const total = [...compared.values()].reduce((sum, count) => sum + count, 0);
    console.info(`Compared ${total} of ${all} tags of ${files.length} files, by block:`, Object.fromEntries(compared));
    console.info("Only exiftool knows:", Object.fromEntries(onlyTheirs));
    console.info("Only we know:", Object.fromEntries(onlyOurs));
    expect(differing).toEqual([]);
    expect(factsDiffering).toEqual([]);
    // The check must not become empty: by a group that is called otherwise, or a block that is not found any more.
    expect(total / all).toBeGreaterThan(0.94);
    expect(total).toBeGreaterThan(files.length * 60);
    const thin = ["IFD0", "EXIF", "GPS", "IPTC", "XMP", "ICC", "Interop"].filter(
      (block) => (compared.get(block) ?? 0) < files.length / 10,
    );
    expect(thin).toEqual([]);
  });
});
