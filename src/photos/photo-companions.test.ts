import { expect, test } from "vitest";
import { reading } from "../../test/fixtures/ingest-run.ts";
import { jpegBytes, tiffBytes, xmpPacket } from "../../test/fixtures/samples/image-bytes.ts";
import { cameraFields, exposureFields } from "../../test/fixtures/samples/images.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import { readOnePhoto, readPhotos } from "./read-photos.ts";

const raw = tiffBytes({ image: cameraFields, exif: exposureFields });
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

test("of one file that is asked for by its name, only what stands in itself is told", async () => {
  await using tree = await makeTree(files);
  const place = { root: tree.path, relative: "IMG_1.CR2", input: "IMG_1.CR2" };
  const report = await readOnePhoto(place, { ...reading, signal: new AbortController().signal });
  if (report.kind !== "one") throw new Error("many photos of a file");
  expect(report.photo.facts).toMatchObject({ camera: "Canon EOS R5" });
  expect(report.photo.facts).not.toHaveProperty("city");
});
