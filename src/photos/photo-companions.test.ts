import { expect, test } from "vitest";
import { reading } from "../../test/fixtures/ingest-run.ts";
import { jpegBytes, tiffBytes, xmpPacket } from "../../test/fixtures/samples/image-bytes.ts";
import { cameraFields, exposureFields } from "../../test/fixtures/samples/images.ts";
import { makeTree, type Tree } from "../../test/fixtures/tree.ts";
import { photosText } from "../session/photos-text.ts";
import { createCompanionFinder } from "../workspace/companion-finder.ts";
import { readOnePhoto } from "./one-photo.ts";
import { readPhotos } from "./read-photos.ts";

const raw = tiffBytes({ image: [[0x100, 4, 6000], [0x101, 4, 4000], ...cameraFields], exif: exposureFields });
const files = {
  "IMG_1.jpg": jpegBytes(),
  "IMG_1.CR2": raw,
  "IMG_1.xmp": xmpPacket('photoshop:City="Metz"'),
  "IMG_2.CR2": raw,
};

test("a table of photos has one row for a photo with its RAW and XMP, with the facts of all", async () => {
  await using tree = await makeTree(files);
  const work = { ...reading, signal: new AbortController().signal };
  const report = await readPhotos(await tree.open(), { path: ".", recursive: true }, work);
  if (report.kind !== "many") throw new Error("one photo of a directory");
  expect(report.photos.map(({ path }) => path)).toEqual(["IMG_1.jpg", "IMG_2.CR2"]);
  expect(report.photos[0]?.photo.facts).toMatchObject({ camera: "Canon EOS R5", city: "Metz" });
  expect(report.summary.skippedBy).toEqual({ companion: 2 });
});

const one = async (tree: Tree, relative: string) => {
  const finder = createCompanionFinder(await tree.open());
  const place = { root: tree.path, relative, input: relative, finder };
  const report = await readOnePhoto(place, { ...reading, signal: new AbortController().signal });
  if (report.kind !== "one") throw new Error("many photos of a file");
  return report.photo;
};

test("one photo tells the facts of all that is one item with it, and what comes from which file", async () => {
  await using tree = await makeTree(files);
  const photo = await one(tree, "IMG_1.jpg");
  expect(photo.facts).toMatchObject({ camera: "Canon EOS R5", city: "Metz", companions: "IMG_1.CR2, IMG_1.xmp" });
  expect(photo.parts).toMatchObject([
    { name: "IMG_1.CR2", isDamaged: false, gives: expect.arrayContaining(["camera", "lens", "time"]) },
    { name: "IMG_1.xmp", isDamaged: false, gives: ["city"] },
  ]);
  const text = photosText("IMG_1.jpg", { kind: "one", path: "IMG_1.jpg", photo, ms: 1 });
  expect(text).toContain("Files:\n- IMG_1.CR2: gives camera");
  expect(text).toContain("- IMG_1.xmp: gives city");
});

test("a RAW that belongs to a photo says so, and XMP alone tells its facts", async () => {
  await using tree = await makeTree({ ...files, "alone.xmp": xmpPacket('photoshop:City="Metz" xmp:Rating="4"') });
  const photo = await one(tree, "IMG_1.CR2");
  expect(photo).toMatchObject({ facts: { camera: "Canon EOS R5" }, partOf: "IMG_1.jpg" });
  expect(photo.facts).not.toHaveProperty("city");
  const sidecar = await one(tree, "alone.xmp");
  expect(sidecar).toMatchObject({ format: "XMP", facts: { city: "Metz", rating: 4 } });
  expect(sidecar.tags).not.toEqual([]);
});

test("a JPEG that is no picture hides neither its RAW nor its XMP", async () => {
  await using tree = await makeTree({ ...files, "IMG_1.jpg": Buffer.alloc(3_000) });
  const work = { ...reading, signal: new AbortController().signal };
  const report = await readPhotos(await tree.open(), { path: ".", recursive: true }, work);
  if (report.kind !== "many") throw new Error("one photo of a directory");
  expect(report.photos.map(({ path }) => path)).toEqual(["IMG_1.CR2", "IMG_2.CR2"]);
  expect(report.photos[0]?.photo.facts).toMatchObject({ city: "Metz", companions: "IMG_1.xmp" });
  expect(report.summary.unread).toMatchObject([{ path: "IMG_1.jpg", reason: "damaged" }]);
  expect(report.summary.skippedSamples).toEqual({ companion: ["IMG_1.xmp"] });
  expect((await one(tree, "IMG_1.CR2")).facts).toMatchObject({ city: "Metz" });
  await expect(one(tree, "IMG_1.jpg")).rejects.toMatchObject({ hint: expect.stringContaining("IMG_1.CR2") });
});

test("a broken sidecar is named as such, in the table of a folder too, and so are images that are damaged in part", async () => {
  await using tree = await makeTree({ ...files, "IMG_1.xmp": xmpPacket('photoshop:City="Metz"').slice(0, 260) });
  const photo = await one(tree, "IMG_1.jpg");
  expect(photo.facts).toMatchObject({ brokenCompanions: "IMG_1.xmp" });
  expect(photo.parts).toMatchObject([{}, { name: "IMG_1.xmp", isDamaged: true }]);
  const work = { ...reading, signal: new AbortController().signal };
  const report = await readPhotos(await tree.open(), { path: ".", recursive: true }, work);
  if (report.kind !== "many") throw new Error("one photo of a directory");
  expect(photosText(".", report)).toMatch(/IMG_1\.jpg \|.*\| IMG_1\.xmp damaged/);
  const broken = { ...report, summary: { ...report.summary, damagedInPart: 12, damaged: ["a.jpg", "b.jpg"] } };
  expect(photosText(".", broken)).toContain("Damaged in part: a.jpg, b.jpg and 10 more.");
});
