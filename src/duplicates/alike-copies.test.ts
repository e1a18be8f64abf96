import sharp, { type Sharp } from "sharp";
import { expect, test } from "vitest";
import { randomNumbers } from "../../test/fixtures/random.ts";
import { findIn } from "../../test/fixtures/found-duplicates.ts";
import { tiffBytes } from "../../test/fixtures/samples/image-bytes.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import type { DuplicateReport, DuplicatesInput } from "./duplicate-report.ts";

/** A picture of soft patches. */
async function picture(seed: number): Promise<Sharp> {
  const random = randomNumbers(seed);
  const patches = Buffer.from(Array.from({ length: 12 * 9 * 3 }, () => random(256)));
  const soft = sharp(patches, { raw: { width: 12, height: 9, channels: 3 } }).resize(640, 480, { fit: "fill" });
  return sharp(await soft.png().toBuffer());
}

/** A picture of edges of all sizes. */
async function detailed(seed: number): Promise<Sharp> {
  const random = randomNumbers(seed);
  const cells = Buffer.from(Array.from({ length: 100 * 75 * 3 }, () => 90 + random(80)));
  const fine = sharp(cells, { raw: { width: 100, height: 75, channels: 3 } }).resize(800, 600, { kernel: "nearest" });
  const soft = await (await picture(seed)).resize(800, 600).ensureAlpha(0.7).png().toBuffer();
  return sharp(
    await fine
      .composite([{ input: soft }])
      .png()
      .toBuffer(),
  );
}

async function lookIn(
  files: Readonly<Record<string, Buffer | string>>,
  input: Partial<DuplicatesInput> = {},
): Promise<DuplicateReport> {
  await using tree = await makeTree(files);
  return await findIn(tree, { method: "perceptual", ...input });
}

test("pictures that were made smaller or stored again are copies of the one with most detail", async () => {
  const report = await lookIn({
    "backup/sea.png": await (await picture(1)).png().toBuffer(),
    "mail/sea.jpg": await (await picture(1)).resize(160, 120).jpeg({ quality: 60 }).toBuffer(),
    "other.png": await (await picture(2)).png().toBuffer(),
    "broken.jpg": "no picture",
    "notes.txt": "no picture either",
  });
  expect(report).toMatchObject({ files: 4, groupCount: 1, copies: 1 });
  expect(report.groups[0]).toMatchObject({ isProven: false, keepBecause: "It is the one with most detail." });
  const [keep, copy] = report.groups[0]?.files ?? [];
  expect(keep).toMatchObject({ path: "backup/sea.png", likeness: 1, note: "640 x 480" });
  expect(copy).toMatchObject({ path: "mail/sea.jpg", note: "160 x 120" });
  expect(copy?.likeness).toBeGreaterThan(0.85);
  expect(report.skippedSamples.map(({ path }) => path)).toEqual(["broken.jpg"]);
});

test("turned pictures are copies on request only, and it is said how they were turned", async () => {
  const files = {
    "a.png": await (await picture(3)).png().toBuffer(),
    "b.png": await (await picture(3)).rotate(90).png().toBuffer(),
  };
  expect((await lookIn(files)).groupCount).toBe(0);
  const report = await lookIn(files, { isTurned: true });
  expect(report.groupCount).toBe(1);
  expect(report.groups[0]?.files[1]?.note).toMatch(/ x \d+, turned by (90|270) degrees$/);
});

test("pictures of one colour are counted and in no group", async () => {
  const grey = { create: { width: 64, height: 64, channels: 3 as const, background: "#888" } };
  const files = { "a.png": await sharp(grey).png().toBuffer(), "b.jpg": await sharp(grey).jpeg().toBuffer() };
  expect(await lookIn(files)).toMatchObject({ groupCount: 0, flatPictures: 2 });
});

test("the picture that says which camera took it stays, not a larger export of it", async () => {
  const camera = { IFD0: { Make: "Example", Model: "E-1" } };
  const report = await lookIn({
    "a/export.png": await (await picture(5)).png().toBuffer(),
    "b/photo.jpg": await (await picture(5)).withExif(camera).jpeg({ quality: 80 }).toBuffer(),
  });
  expect(report.groups[0]?.files.map(({ path }) => path)).toEqual(["b/photo.jpg", "a/export.png"]);
  expect(report.groups[0]?.keepBecause).toBe("It is the one that says which camera took it.");
});

test("a small picture that was made larger again is not kept for its pixels", async () => {
  const [small, sharpOne] = [await (await detailed(6)).resize(200).png().toBuffer(), await detailed(6)];
  const report = await lookIn({
    "blown-up.png": await sharp(small).resize(1_600).png().toBuffer(),
    "original.png": await sharpOne.png().toBuffer(),
    "small.jpg": await sharp(small).jpeg().toBuffer(),
  });
  expect(report.groups[0]?.files[0]?.path).toBe("original.png");
  expect(report.groups[0]?.files).toHaveLength(3);
});

test("a RAW photo beside its JPEG is one item with it, and nothing to free", async () => {
  const preview = await (await picture(7)).jpeg().toBuffer();
  const gap = Buffer.concat([preview, Buffer.alloc(preview.length % 2)]);
  const raw = tiffBytes({
    image: [
      [0x100, 4, 640],
      [0x101, 4, 480],
      [0x201, 4, 8],
      [0x202, 4, preview.length],
    ],
    gap,
  });
  const both = { "IMG_1.JPG": preview, "IMG_1.NEF": raw };
  expect(await lookIn(both)).toMatchObject({ groupCount: 0, rawsBeside: 1 });
  const report = await lookIn({ ...both, "a.jpg": await (await picture(7)).jpeg({ quality: 95 }).toBuffer() });
  expect(report).toMatchObject({ groupCount: 1, copies: 1, rawsBeside: 1 });
  expect(report.groups[0]?.files[0]?.path).toBe("IMG_1.JPG");
});

test("what moves is alike only when it has as many pictures, and the later ones look the same", async () => {
  const frames = await Promise.all(
    [8, 9, 10].map(async (seed) => (await picture(seed)).resize(160, 120).png().toBuffer()),
  );
  const moving = (...numbers: number[]) =>
    sharp(
      numbers.flatMap((number) => frames[number] ?? []),
      { join: { animated: true } },
    );
  const report = await lookIn({
    "a.gif": await moving(0, 1).gif().toBuffer(),
    "again.webp": await moving(0, 1).webp({ quality: 80 }).toBuffer(),
    "longer.webp": await moving(0, 1, 2).webp().toBuffer(),
    "other.webp": await moving(0, 2).webp().toBuffer(),
    "still.png": frames[0] ?? "",
  });
  expect(report.groups.map(({ files }) => files.map(({ path }) => path).toSorted())).toEqual([["a.gif", "again.webp"]]);
});

test("thumbnails of 64 pixels are found, whatever their sides are", async () => {
  const photo = await picture(11);
  const report = await lookIn({
    "photo.png": await photo.png().toBuffer(),
    "100.jpg": await photo.clone().resize(100, 67, { fit: "fill" }).jpeg().toBuffer(),
    "64.jpg": await photo.clone().resize(64).jpeg().toBuffer(),
  });
  expect(report).toMatchObject({ groupCount: 1, copies: 2 });
});

test("a form is no copy of the same form that is filled in otherwise, but of itself made smaller", async () => {
  const form = (seed: number) => {
    const random = randomNumbers(seed);
    const rows = Array.from({ length: 12 }, (_, row) => {
      const [y, wide] = [120 + row * 60, 60 + random(250)];
      const label = `<rect x="60" y="${y}" width="${80 + ((row * 37) % 100)}" height="12" fill="#222"/>`;
      return `${label}<rect x="300" y="${y - 6}" width="400" height="26" fill="none" stroke="#888"/><rect x="310" y="${y}" width="${wide}" height="12" fill="#222"/>`;
    });
    const page = `<svg xmlns="http://www.w3.org/2000/svg" width="800" height="1000"><rect width="800" height="1000" fill="#fff"/>${rows.join("")}</svg>`;
    return sharp(Buffer.from(page));
  };
  const report = await lookIn({
    "anne.png": await form(1).png().toBuffer(),
    "bert.png": await form(2).png().toBuffer(),
    "anne-small.jpg": await form(1).resize(400).jpeg().toBuffer(),
  });
  expect(report.groups.map(({ files }) => files.map(({ path }) => path))).toEqual([["anne.png", "anne-small.jpg"]]);
});
