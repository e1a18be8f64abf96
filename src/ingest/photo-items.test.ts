import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { counts, doorTo, ingest, paths, reading, settle, textOf } from "../../test/fixtures/ingest-run.ts";
import { createMemoryTarget, type MemoryTarget } from "../../test/fixtures/memory-target.ts";
import { exifSegment, jpegBytes, tiffBytes, xmpPacket } from "../../test/fixtures/samples/image-bytes.ts";
import { cameraFields, exposureFields, photoTiff } from "../../test/fixtures/samples/images.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import type { DocumentReader } from "../reader/document-reader.ts";
import { hasOtherCompanions } from "../session/refresh.ts";
import { createCompanionFinder, statWithCompanions } from "../workspace/companion-finder.ts";
import { companionsOf } from "../workspace/companions.ts";
import { hasChanges } from "./comparison.ts";
import { ingestFile, ingestPaths } from "./ingest.ts";

const jpeg = jpegBytes({ width: 640, height: 480 });
const raw = tiffBytes({ image: [[0x100, 4, 6000], [0x101, 4, 4000], ...cameraFields], exif: exposureFields });
const titled = (title: string): string =>
  xmpPacket("", `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${title}</rdf:li></rdf:Alt></dc:title>`);
const photos = { "a/IMG_1.jpg": jpeg, "a/IMG_1.CR2": raw, "a/IMG_1.xmp": titled("Old bridge") };

const factsOf = (target: MemoryTarget, path: string) => target.documents.get(path)?.metadata;

test("a photo, its RAW and its XMP are one document with the facts of all", async () => {
  await using tree = await makeTree(photos);
  const target = createMemoryTarget();
  const report = await ingest(tree, target);
  expect(paths(target)).toEqual(["a/IMG_1.jpg"]);
  expect(report.skippedBy).toEqual({ companion: 2 });
  expect(factsOf(target, "a/IMG_1.jpg")).toMatchObject({
    format: "JPEG",
    width: 640,
    camera: "Canon EOS R5",
    title: "Old bridge",
    companions: "IMG_1.CR2, IMG_1.xmp",
  });
  expect(textOf(target, "a/IMG_1.jpg")).toContain("With: IMG_1.CR2, IMG_1.xmp.");
});

test("words, place and time of the XMP beside a photo come before its own; the camera's values and its turn stay", async () => {
  const beside = xmpPacket(
    'exif:GPSLatitude="52,31.2N" exif:GPSLongitude="13,24.3E" exif:DateTimeOriginal="2024-07-14T20:32:05" ' +
      'tiff:Model="Other" tiff:Orientation="6" photoshop:City="Berlin"',
  );
  await using tree = await makeTree({
    "x.jpg": jpegBytes({ width: 640, height: 480, segments: [exifSegment(photoTiff)] }),
    "x.xmp": beside,
  });
  const target = createMemoryTarget();
  await ingest(tree, target);
  expect(factsOf(target, "x.jpg")).toMatchObject({
    camera: "Canon EOS R5",
    width: 640,
    orientation: 1,
    latitude: 52.52,
    longitude: 13.405,
    takenHour: 20,
    city: "Berlin",
  });
});

test("keywords of two sidecars, and of the photo itself, all count", async () => {
  const keywords = (...words: string[]): string =>
    xmpPacket(
      "",
      `<dc:subject><rdf:Bag>${words.map((word) => `<rdf:li>${word}</rdf:li>`).join("")}</rdf:Bag></dc:subject>`,
    );
  await using tree = await makeTree({
    "x.jpg": jpeg,
    "x.xmp": keywords("bridge", "river"),
    "x.jpg.xmp": keywords("River", "night"),
  });
  const target = createMemoryTarget();
  await ingest(tree, target);
  expect(factsOf(target, "x.jpg")?.["keywords"]).toBe("River, night, bridge");
});

test("an unchanged tree of photos opens no file", async () => {
  await using tree = await makeTree(photos);
  const target = createMemoryTarget();
  await ingest(tree, target);
  await settle(tree, target);
  await ingest(tree, target);
  const closed: DocumentReader = { read: () => Promise.reject(new Error("opened")), close: async () => undefined };
  expect(counts(await ingest(tree, target, { reader: closed }))).toEqual({ unchanged: 1, skipped: 2 });
});

test("an edited, a new and a removed sidecar each bring the photo up to date", async () => {
  await using tree = await makeTree(photos);
  const target = createMemoryTarget();
  const title = async () => {
    expect(counts(await ingest(tree, target))).toMatchObject({ changed: 1 });
    return factsOf(target, "a/IMG_1.jpg")?.["title"];
  };
  await ingest(tree, target);
  await tree.add({ "a/IMG_1.xmp": titled("New bridge") });
  expect(await title()).toBe("New bridge");
  await rm(join(tree.path, "a/IMG_1.xmp"));
  expect(await title()).toBeUndefined();
  expect(factsOf(target, "a/IMG_1.jpg")).toMatchObject({ companions: "IMG_1.CR2" });
  await tree.add({ "a/IMG_1.jpg.xmp": titled("Third bridge") });
  expect(await title()).toBe("Third bridge");
});

test("whether anything changed is told of companions as of photos", async () => {
  await using tree = await makeTree(photos);
  const target = createMemoryTarget();
  const request = { workspace: await tree.open(), directory: ".", recursive: true, includeContent: true, ...reading };
  const isChanged = () => hasChanges(request, target, async () => true);
  await ingest(tree, target);
  expect(await isChanged()).toBe(false);
  await tree.add({ "a/IMG_1.CR2.xmp": titled("Second") });
  expect(await isChanged()).toBe(true);
  await ingest(tree, target);
  expect(await isChanged()).toBe(false);
  await rm(join(tree.path, "a/IMG_1.CR2"));
  expect(await isChanged()).toBe(true);
});

test("a RAW takes its photo's place when that is removed, also long after it was made", async () => {
  await using tree = await makeTree(photos);
  const target = createMemoryTarget();
  await ingest(tree, target);
  await rm(join(tree.path, "a/IMG_1.jpg"));
  await ingest(tree, target, { newSinceMs: Date.now() + 3_600_000 });
  expect(paths(target)).toEqual(["a/IMG_1.CR2"]);
  expect(factsOf(target, "a/IMG_1.CR2")).toMatchObject({ title: "Old bridge", companions: "IMG_1.xmp" });
});

test("a photo that comes to a stored RAW takes it in", async () => {
  await using tree = await makeTree({ "a/IMG_1.CR2": raw });
  const target = createMemoryTarget();
  await ingest(tree, target);
  expect(paths(target)).toEqual(["a/IMG_1.CR2"]);
  await tree.add({ "a/IMG_1.jpg": jpeg });
  expect(counts(await ingest(tree, target))).toMatchObject({ added: 1, removed: 1 });
  expect(paths(target)).toEqual(["a/IMG_1.jpg"]);
});

test("a folder of photos that is renamed is moved, not read anew", async () => {
  await using tree = await makeTree(photos);
  const target = createMemoryTarget();
  await ingest(tree, target);
  await rename(join(tree.path, "a"), join(tree.path, "b"));
  expect(counts(await ingest(tree, target))).toMatchObject({ renamed: 1 });
  expect(paths(target)).toEqual(["b/IMG_1.jpg"]);
});

test("of single paths, a sidecar's change is its photo's, and items come and go with their photo", async () => {
  await using tree = await makeTree(photos);
  const target = createMemoryTarget();
  await ingest(tree, target);
  const workspace = await tree.open();
  const mend = async (...given: string[]) => counts(await ingestPaths({ workspace, ...reading, paths: given }, target));
  await tree.add({ "a/IMG_1.xmp": titled("New bridge") });
  expect(await mend("a/IMG_1.xmp")).toMatchObject({ changed: 1 });
  expect(factsOf(target, "a/IMG_1.jpg")).toMatchObject({ title: "New bridge" });
  await rm(join(tree.path, "a/IMG_1.xmp"));
  expect(await mend("a/IMG_1.xmp")).toMatchObject({ changed: 1 });
  expect(factsOf(target, "a/IMG_1.jpg")).toMatchObject({ companions: "IMG_1.CR2" });
  await rm(join(tree.path, "a/IMG_1.jpg"));
  expect(await mend("a/IMG_1.jpg")).toMatchObject({ added: 1, removed: 1 });
  expect(paths(target)).toEqual(["a/IMG_1.CR2"]);
  await tree.add({ "a/IMG_1.jpg": jpeg });
  expect(await mend("a/IMG_1.jpg")).toMatchObject({ added: 1, removed: 1 });
  expect(paths(target)).toEqual(["a/IMG_1.jpg"]);
});

test("a single file that belongs to a photo is ingested as that photo", async () => {
  await using tree = await makeTree(photos);
  const target = createMemoryTarget();
  const workspace = await tree.open();
  const report = await ingestFile({ workspace, ...reading, path: "a/IMG_1.xmp" }, doorTo(target));
  expect(counts(report)).toEqual({ added: 1, skipped: 1 });
  expect(report.skippedSamples).toEqual({ companion: ["a/IMG_1.xmp"] });
  expect(factsOf(target, "a/IMG_1.jpg")).toMatchObject({ title: "Old bridge", camera: "Canon EOS R5" });
});

test("what an ignore rule leaves out belongs to no photo", async () => {
  await using tree = await makeTree({ ...photos, ".gitignore": "*.CR2\n" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  expect(factsOf(target, "a/IMG_1.jpg")).toMatchObject({ companions: "IMG_1.xmp" });
  const workspace = await tree.open();
  const again = await ingestPaths({ workspace, ...reading, paths: ["a/IMG_1.jpg"] }, target);
  expect(counts(again)).toMatchObject({ unchanged: 1 });
});

test("a photo is one item whichever of its files is asked for, in any order", async () => {
  await using tree = await makeTree({
    ...photos,
    "b/IMG_2.jpg": jpeg,
    "b/IMG_3.CR2": raw,
    "b/IMG_4.xmp": titled("Alone"),
  });
  const target = createMemoryTarget();
  const of = (extension: string) => ingest(tree, target, { extensions: [extension] });
  expect(counts(await of("cr2"))).toMatchObject({ added: 2 });
  expect(paths(target)).toEqual(["a/IMG_1.jpg", "b/IMG_3.CR2"]);
  expect(factsOf(target, "a/IMG_1.jpg")).toMatchObject({ camera: "Canon EOS R5", title: "Old bridge" });
  expect(counts(await of("jpg"))).toMatchObject({ added: 1, unchanged: 1 });
  expect(counts(await of("xmp"))).toMatchObject({ added: 1, unchanged: 1 });
  expect(counts(await ingest(tree, target))).toEqual({ unchanged: 4, skipped: 2 });
  const request = { workspace: await tree.open(), directory: ".", recursive: true, includeContent: true, ...reading };
  for (const extension of ["cr2", "jpg", "xmp"])
    expect(await hasChanges({ ...request, extensions: [extension] }, target, async () => true)).toBe(false);
});

test("a sidecar brings no photo to an ingest of another category", async () => {
  await using tree = await makeTree({ ...photos, "a/x.ts": "export const one = 1;\n" });
  const target = createMemoryTarget();
  expect((await ingest(tree, target, { categories: ["code"] })).skippedBy).toEqual({ filtered: 3 });
  expect(paths(target)).toEqual(["a/x.ts"]);
});

test("two documents that were made of one photo become one", async () => {
  await using tree = await makeTree({ "a/IMG_1.CR2": raw, "a/IMG_1.xmp": titled("Old bridge") });
  const target = createMemoryTarget();
  await ingest(tree, target);
  await tree.add({ "a/IMG_1.jpg": jpeg });
  await ingestFile({ workspace: await tree.open(), ...reading, path: "a/IMG_1.jpg" }, doorTo(target));
  expect(paths(target)).toEqual(["a/IMG_1.jpg"]);
});

describe("a JPEG that is no picture", () => {
  const broken = { "z/Z.jpg": Buffer.alloc(4_000), "z/Z.CR2": raw, "z/Z.xmp": titled("Old bridge") };
  const closedTo = (path: string): DocumentReader => ({
    read: (request) => (request.path === path ? Promise.reject(new Error("opened")) : reading.reader.read(request)),
    close: async () => undefined,
  });

  test("leaves its RAW and XMP to stand for themselves, and is not opened again until one of them changes", async () => {
    await using tree = await makeTree(broken);
    const target = createMemoryTarget();
    const report = await ingest(tree, target);
    expect(counts(report)).toEqual({ added: 1, skipped: 2 });
    expect(report.skippedBy).toEqual({ damaged: 1, companion: 1 });
    expect(factsOf(target, "z/Z.CR2")).toMatchObject({ title: "Old bridge", companions: "Z.xmp" });
    await settle(tree, target);
    await ingest(tree, target);
    const again = await ingest(tree, target, { reader: closedTo("z/Z.jpg"), newSinceMs: Date.now() + 3_600_000 });
    expect(counts(again)).toEqual({ unchanged: 1, skipped: 2 });
    expect(again.skippedBy).toEqual({ damaged: 1, companion: 1 });
    const request = { workspace: await tree.open(), directory: ".", recursive: true, includeContent: true, ...reading };
    expect(await hasChanges(request, target, async () => true)).toBe(false);
    await tree.add({ "z/Z.xmp": titled("New bridge") });
    await ingest(tree, target, { newSinceMs: Date.now() + 3_600_000 });
    expect(factsOf(target, "z/Z.CR2")).toMatchObject({ title: "New bridge" });
    await tree.add({ "z/Z.jpg": jpeg });
    await ingest(tree, target);
    expect(paths(target)).toEqual(["z/Z.jpg"]);
    expect(factsOf(target, "z/Z.jpg")).toMatchObject({ title: "New bridge", camera: "Canon EOS R5" });
  });

  test("hides neither of them from single paths", async () => {
    await using tree = await makeTree(broken);
    const target = createMemoryTarget();
    const workspace = await tree.open();
    const one = (path: string) => ingestFile({ workspace, ...reading, path }, doorTo(target));
    await expect(one("z/Z.jpg")).rejects.toMatchObject({
      message: expect.stringContaining("damaged"),
      hint: expect.stringContaining("z/Z.CR2"),
    });
    expect(counts(await one("z/Z.CR2"))).toEqual({ added: 1 });
    expect(counts(await ingestPaths({ workspace, ...reading, paths: ["z/Z.xmp"] }, target))).toMatchObject({
      unchanged: 1,
    });
    expect(paths(target)).toEqual(["z/Z.CR2"]);
    const file = (await target.knownPaths(["z/Z.CR2"]))[0];
    if (file === undefined) throw new Error("not stored");
    expect(await hasOtherCompanions(createCompanionFinder(workspace), file)).toBe(false);
    expect(statWithCompanions(workspace.root, file.path, companionsOf(file.stat)).sizeBytes).toBe(file.stat.sizeBytes);
  });

  test("moves with its folder, and so does the RAW that stands for it", async () => {
    await using tree = await makeTree(broken);
    const target = createMemoryTarget();
    await ingest(tree, target);
    await rename(join(tree.path, "z"), join(tree.path, "y"));
    expect(counts(await ingest(tree, target))).toEqual({ renamed: 1, skipped: 2 });
    expect(paths(target)).toEqual(["y/Z.CR2"]);
  });

  test("takes nothing from the collection when it comes to a stored RAW, and all when the RAW is broken as well", async () => {
    await using tree = await makeTree({ "z/Z.CR2": raw });
    const target = createMemoryTarget();
    await ingest(tree, target);
    await tree.add({ "z/Z.jpg": "no picture" });
    expect(counts(await ingest(tree, target))).toEqual({ unchanged: 1, skipped: 1 });
    await tree.add({ "z/Z.CR2": "no picture either", "z/Z.xmp": titled("Alone") });
    await ingest(tree, target);
    expect(paths(target)).toEqual(["z/Z.xmp"]);
  });
});

test("a broken or huge companion costs the photo nothing but its words", async () => {
  await using tree = await makeTree({
    "x.jpg": jpeg,
    "x.cr2": "no picture at all",
    "x.xmp": Buffer.alloc(5_000_000, "<"),
    "y.jpg": jpeg,
    "y.xmp": "",
    "z.jpg": jpeg,
    "z.xmp": titled("Cut short").slice(0, 300),
  });
  const target = createMemoryTarget();
  const report = await ingest(tree, target);
  expect(paths(target)).toEqual(["x.jpg", "y.jpg", "z.jpg"]);
  expect(report.skippedBy).toEqual({ damaged: 4 });
  expect(factsOf(target, "x.jpg")).toMatchObject({
    width: 640,
    companions: "x.cr2, x.xmp",
    brokenCompanions: "x.cr2, x.xmp",
  });
  expect(textOf(target, "x.jpg")).toContain("With: x.cr2 (damaged), x.xmp (damaged).");
});
