import { expect, test } from "vitest";
import { exifSegment, jpegBytes, tiffBytes, type Field } from "../../test/fixtures/samples/image-bytes.ts";
import { makeTree, type Tree } from "../../test/fixtures/tree.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import { createDirectReader } from "../reader/read-document.ts";
import type { PhotoReport, PhotosInput } from "./photo-report.ts";
import { createCompanionFinder } from "../workspace/companion-finder.ts";
import { readOnePhoto } from "./one-photo.ts";
import { readPhotos } from "./read-photos.ts";

const limits = { maxFileBytes: 2_000_000, maxDocumentBytes: 64_000_000 };

function jpegOf(camera: string, takenAt: string, zone: string | null = null): Buffer {
  const exif: Field[] = [[0x9003, 2, takenAt], ...(zone === null ? [] : [[0x9011, 2, zone] as Field])]; // Safe: a field of text.
  const tiff = tiffBytes({ image: [[0x110, 2, camera]], exif });
  return jpegBytes({ segments: [exifSegment(tiff)] });
}

async function read(
  tree: Tree,
  input: Partial<PhotosInput> = {},
  options: { signal?: AbortSignal; onProgress?: (progress: IngestProgress) => void } = {},
): Promise<PhotoReport & { kind: "many" }> {
  const work = { reader: createDirectReader(), limits, signal: new AbortController().signal, ...options };
  const report = await readPhotos(await tree.open(), { path: ".", recursive: true, ...input }, work);
  if (report.kind !== "many") throw new Error("one");
  return report;
}

const pathsOf = ({ photos }: PhotoReport & { kind: "many" }): string[] => photos.map(({ path }) => path);

test("all images of a directory are read in the order of their paths, and everything else is counted", async () => {
  await using tree = await makeTree({
    "b/2.jpg": jpegOf("X-T5", "2024:07:02 10:00:00"),
    "a/1.jpg": jpegOf("Z 9", "2024:07:01 10:00:00"),
    "a/bare.jpg": jpegBytes({}),
    "a/IMG_0007": jpegOf("Z 9", "2024:07:03 10:00:00"),
    "a/old.jxl": "\xff\x0a",
    "broken.jpg": "no picture",
    "empty.jpg": "",
    "notes.md": "# Hi",
    LICENSE: "words",
  });
  const report = await read(tree);
  expect(pathsOf(report)).toEqual(["a/1.jpg", "a/IMG_0007", "a/bare.jpg", "a/old.jxl", "b/2.jpg"]);
  expect(report.summary).toMatchObject({
    files: 5,
    withoutExif: 1,
    namedOnly: 1,
    withTime: 3,
    takenFrom: "2024-07-01T10:00:00",
    takenTo: "2024-07-03T10:00:00",
    cameras: {
      top: [
        ["Z 9", 2],
        ["X-T5", 1],
      ],
      moreNames: 0,
      moreFiles: 0,
    },
    formats: {
      top: [
        ["JPEG", 4],
        ["JXL", 1],
      ],
    },
    unread: [{ path: "broken.jpg", reason: "damaged", message: "not a picture of a known format" }],
    unreadCount: 1,
    skippedBy: { filtered: 2, empty: 1 },
    isTruncated: false,
  });
});

test("the summary is of all images, however few are named", async () => {
  const files = Array.from({ length: 60 }, (_, index): [string, Buffer] => [
    `${String(index).padStart(2, "0")}.jpg`,
    jpegOf(`Model ${index % 30}`, `2024:07:01 10:00:${String(index).padStart(2, "0")}`),
  ]);
  await using tree = await makeTree(Object.fromEntries(files));
  const report = await read(tree, { maxRows: 3 });
  expect(pathsOf(report)).toEqual(["00.jpg", "01.jpg", "02.jpg"]);
  expect(report.summary).toMatchObject({ files: 60, takenTo: "2024-07-01T10:00:59", isTruncated: false });
  expect(report.summary.cameras.top).toHaveLength(20);
  expect(report.summary.cameras).toMatchObject({ moreNames: 10, moreFiles: 20 });
});

test("max_files takes the first images and counts the rest; without recursion only the directory's own are read", async () => {
  await using tree = await makeTree({
    "1.jpg": jpegBytes({}),
    "2.jpg": "broken",
    "3.jpg": jpegBytes({}),
    "4.jpg": jpegBytes({}),
    "below/5.jpg": jpegBytes({}),
  });
  const first = await read(tree, { maxFiles: 2 });
  expect(pathsOf(first)).toEqual(["1.jpg", "3.jpg"]);
  expect(first.summary).toMatchObject({ isTruncated: true, skippedBy: { "over-limit": 2 }, unreadCount: 1 });
  expect(pathsOf(await read(tree, { recursive: false }))).toEqual(["1.jpg", "3.jpg", "4.jpg"]);
  expect(pathsOf(await read(tree, { path: "below" }))).toEqual(["below/5.jpg"]);
});

test("cameras on other clocks are ordered by what they showed", async () => {
  await using tree = await makeTree({
    "a.jpg": jpegOf("Z 9", "2024:07:01 23:00:00", "+09:00"),
    "b.jpg": jpegOf("Z 9", "2024:07:01 22:00:00", "-05:00"),
    "c.jpg": jpegOf("Z 9", "2024:07:01 22:30:00"),
  });
  expect((await read(tree)).summary).toMatchObject({
    takenFrom: "2024-07-01T22:00:00-05:00",
    takenTo: "2024-07-01T23:00:00+09:00",
  });
});

test("a cancelled reading ends at once with CANCELLED, and progress counts up to the total", async () => {
  await using tree = await makeTree(
    Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}.jpg`, jpegBytes({})])),
  );
  const stop = new AbortController();
  const seen: number[] = [];
  const onProgress = ({ done }: IngestProgress): void => {
    seen.push(done);
    if (done === 5) stop.abort();
  };
  await expect(read(tree, {}, { signal: stop.signal, onProgress })).rejects.toMatchObject({ code: "CANCELLED" });
  expect(seen).toEqual([1, 2, 3, 4, 5]);
});

test("a single file that is no image is an error with its reason", async () => {
  await using tree = await makeTree({ "a.md": "# Hi", "b.jpg": "no" });
  const work = { reader: createDirectReader(), signal: new AbortController().signal };
  const finder = createCompanionFinder(await tree.open());
  const one = (relative: string) => readOnePhoto({ root: tree.path, relative, input: relative, finder }, work);
  await expect(one("a.md")).rejects.toMatchObject({
    code: "FILE_NOT_READABLE",
    message: expect.stringContaining("no image"),
  });
  await expect(one("b.jpg")).rejects.toMatchObject({ message: expect.stringContaining("not a picture") });
  await expect(one("c.jpg")).rejects.toMatchObject({ message: expect.stringContaining("vanished") });
});
