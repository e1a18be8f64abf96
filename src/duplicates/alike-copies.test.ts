import sharp, { type Sharp } from "sharp";
import { expect, test } from "vitest";
import { randomNumbers } from "../../test/fixtures/random.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import { createDirectReader } from "../reader/read-document.ts";
import { KeptPrints } from "./kept-prints.ts";
import type { DuplicateReport, DuplicatesInput } from "./duplicate-report.ts";
import { findDuplicates } from "./find-duplicates.ts";

const plain: DuplicatesInput = {
  path: ".",
  recursive: true,
  method: "perceptual",
  isTurned: false,
  includeIgnored: false,
  limit: { groups: 100, filesPerGroup: 100 },
};

/** A picture of soft patches. */
async function picture(seed: number): Promise<Sharp> {
  const random = randomNumbers(seed);
  const patches = Buffer.from(Array.from({ length: 12 * 9 * 3 }, () => random(256)));
  const soft = sharp(patches, { raw: { width: 12, height: 9, channels: 3 } }).resize(640, 480, { fit: "fill" });
  return sharp(await soft.png().toBuffer());
}

async function findIn(
  files: Readonly<Record<string, Buffer | string>>,
  input: Partial<DuplicatesInput> = {},
): Promise<DuplicateReport> {
  await using tree = await makeTree(files);
  return await findDuplicates({
    workspace: await tree.open(),
    directory: "",
    input: { ...plain, ...input },
    reader: createDirectReader(),
    kept: new KeptPrints(),
    limits: { maxFileBytes: 1_000_000, maxDocumentBytes: 1_000_000 },
    signal: new AbortController().signal,
  });
}

test("pictures that were made smaller or stored again are copies of the one with most pixels", async () => {
  const report = await findIn({
    "backup/sea.png": await (await picture(1)).png().toBuffer(),
    "mail/sea.jpg": await (await picture(1)).resize(160, 120).jpeg({ quality: 60 }).toBuffer(),
    "other.png": await (await picture(2)).png().toBuffer(),
    "broken.jpg": "no picture",
    "notes.txt": "no picture either",
  });
  expect(report).toMatchObject({ files: 4, groupCount: 1, copies: 1 });
  expect(report.groups[0]).toMatchObject({ isProven: false, keepBecause: "It is the one with most pixels." });
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
  expect((await findIn(files)).groupCount).toBe(0);
  const report = await findIn(files, { isTurned: true });
  expect(report.groupCount).toBe(1);
  expect(report.groups[0]?.files[1]?.note).toMatch(/ x \d+, turned by (90|270) degrees$/);
});

test("pictures of one colour are counted and in no group", async () => {
  const grey = { create: { width: 64, height: 64, channels: 3 as const, background: "#888" } };
  const files = { "a.png": await sharp(grey).png().toBuffer(), "b.jpg": await sharp(grey).jpeg().toBuffer() };
  expect(await findIn(files)).toMatchObject({ groupCount: 0, flatPictures: 2 });
});
