import { execFile } from "node:child_process";
import { readFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { extracted } from "../fixtures/extraction.ts";
import { imagesSamples } from "../fixtures/samples/images.ts";

// Phil Harvey's exiftool reads and writes every format here: what it says of a picture is the measure of what we say.
const run = promisify(execFile);
const version = await run("exiftool", ["-ver"]).then(
  ({ stdout }) => stdout.trim(),
  () => null,
);
if (version === null && process.env["CI"] && process.getuid?.() === 0)
  throw new Error("exiftool is not installed (Debian: libimage-exiftool-perl).");
if (version === null)
  console.warn("SKIPPED: exiftool is not installed, so no second reader checks the facts of images.");
/** These it does not write: GIF has no EXIF, and the rest is not its business. */
const readOnly = /\.(gif|bmp|ico|svg|raf)$/;
const written = imagesSamples.filter(({ path }) => !readOnly.test(path));

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "commons-exiftool-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

type Said = Readonly<Record<string, string | number | undefined>>;

async function said(path: string): Promise<Said> {
  const { stdout } = await run("exiftool", ["-json", "-n", "-charset", "utf8", path]);
  // Safe: exiftool prints a list of one object of plain values.
  return (JSON.parse(stdout) as Said[])[0] ?? {};
}

/** What a person sees: EXIF's orientations from 5 on lie on their side; the containers' own rotation says the same. */
function shownSize(facts: Said): { width: number | undefined; height: number | undefined } {
  // A DNG and a RAF say in a field of their own what is left of the sensor's pixels.
  const cropped = String(facts["DefaultCropSize"] ?? facts["RawImageCroppedSize"] ?? "").split(" ");
  const [width, height] =
    cropped.length === 2 ? cropped.map(Number) : [facts["ImageWidth"], facts["ImageHeight"]].map(Number);
  const isTurned =
    facts["Rotation"] === undefined ? Number(facts["Orientation"] ?? 1) >= 5 : Number(facts["Rotation"]) % 180 === 90;
  return isTurned ? { width: height, height: width } : { width, height };
}

function takenAt(facts: Said): string | undefined {
  const text = facts["SubSecDateTimeOriginal"] ?? facts["DateTimeOriginal"];
  return text === undefined ? undefined : String(text).replace(/^(\d+):(\d+):(\d+) /, "$1-$2-$3T");
}

/** The facts of a picture as both read them, under names of their own. */
async function readings(name: string, bytes: Buffer): Promise<{ ours: object; theirs: object }> {
  const path = join(directory, name);
  await writeFile(path, bytes);
  const tool = await said(path);
  const { metadata } = await extracted(name, bytes);
  const close = (value: unknown): unknown => (typeof value === "number" ? Number(value.toPrecision(6)) : value);
  const ours = {
    size: name.endsWith(".psd") ? "as stored" : { width: metadata["width"], height: metadata["height"] },
    make: metadata["cameraMake"],
    model: metadata["cameraModel"],
    lens: metadata["lens"],
    focalLength: metadata["focalLengthMm"],
    aperture: metadata["aperture"],
    exposure: close(metadata["exposureSeconds"]),
    iso: metadata["iso"],
    flash: metadata["flash"],
    takenAt: metadata["takenAt"],
    latitude: close(metadata["latitude"]),
    longitude: close(metadata["longitude"]),
    altitude: metadata["altitudeMeters"],
  };
  const theirs = {
    size: name.endsWith(".psd") ? "as stored" : shownSize(tool),
    make: tool["Make"],
    model: tool["Model"],
    lens: tool["LensModel"],
    focalLength: tool["FocalLength"],
    aperture: tool["FNumber"],
    exposure: close(tool["ExposureTime"]),
    iso: tool["ISO"],
    flash: tool["Flash"] === undefined ? undefined : Number(tool["Flash"]) % 2 === 1,
    takenAt: takenAt(tool),
    latitude: close(tool["GPSLatitude"] === undefined ? undefined : Number(Number(tool["GPSLatitude"]).toFixed(6))),
    longitude: close(tool["GPSLongitude"] === undefined ? undefined : Number(Number(tool["GPSLongitude"]).toFixed(6))),
    altitude: tool["GPSAltitude"] === undefined ? undefined : Number(Number(tool["GPSAltitude"]).toFixed(1)),
  };
  return { ours, theirs };
}

const photos = imagesSamples.filter(({ path }) => !/\.(gif|bmp|ico|svg)$/.test(path));
describe.skipIf(version === null)("exiftool and we", () => {
  it.each(photos)("exiftool reads the same facts of $path", async ({ path, bytes }) => {
    const { ours, theirs } = await readings(path, Buffer.from(await bytes()));
    expect(ours).toEqual(theirs);
  });

  it.each(written)("what exiftool writes into $path is found", async ({ path, bytes }) => {
    const file = join(directory, `written-${path}`);
    await writeFile(file, await bytes());
    await run("exiftool", [
      "-q",
      "-overwrite_original",
      "-m",
      "-Make=Nikon",
      "-Model=Nikon D850",
      "-ExifIFD:LensModel=AF-S 14-24mm",
      "-ExposureTime=1/8000",
      "-FNumber=11",
      "-ISO=6400",
      "-FocalLength=14.5",
      "-Flash#=9",
      "-DateTimeOriginal=2019:12:31 23:59:58",
      "-SubSecTimeOriginal=07",
      "-OffsetTimeOriginal=-03:30",
      "-GPSLatitude*=-33.8568",
      "-GPSLongitude*=-151.2153",
      "-GPSAltitude*=-12.5",
      "-XMP-dc:Title=Grüße vom Hafen",
      "-XMP-dc:Description=Fireworks over the water",
      "-XMP-dc:Subject=fireworks",
      "-XMP-dc:Subject=harbour",
      "-XMP-dc:Creator=Ann Example",
      "-XMP:Rating=5",
      file,
    ]);
    const content = await readFile(file);
    const { ours, theirs } = await readings(`written-${path}`, content);
    expect(ours).toEqual(theirs);
    const { metadata } = await extracted(path, content);
    expect(metadata).toMatchObject({
      title: "Grüße vom Hafen",
      caption: "Fireworks over the water",
      creator: "Ann Example",
      rating: 5,
      takenDate: "2019-12-31",
      exposureText: "1/8000 s",
      flash: true,
    });
    expect(String(metadata["keywords"])).toMatch(/^fireworks, harbour/);
  });
});
