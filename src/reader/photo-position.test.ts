import { expect, test } from "vitest";
import { exifSegment, jpegBytes, tiffBytes, type Field } from "../../test/fixtures/samples/image-bytes.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import { photoDetails } from "../photos/photo-details.ts";
import { runFileTask } from "./file-tasks.ts";

type Degrees = readonly (readonly [number, number])[];

async function photo(gps: readonly Field[], exif: readonly Field[] = []): Promise<PhotoFacts> {
  const bytes = jpegBytes({ segments: [exifSegment(tiffBytes({ gps, exif }))] });
  await using tree = await makeTree({ "a.jpg": bytes });
  const result = await runFileTask("photo", { root: tree.path, path: "a.jpg", isWhole: true });
  if (result.kind !== "photo") throw new Error(JSON.stringify(result));
  return result;
}

const rowsOf = (found: PhotoFacts) => Object.fromEntries(photoDetails(found).flatMap(({ rows }) => rows));
const at = (first: number): Degrees => [
  [first, 1],
  [0, 1],
  [0, 1],
];
const tokyo: Field[] = [
  [1, 2, "N"],
  [2, 5, at(35)],
  [3, 2, "E"],
  [4, 5, at(139)],
];
const taken: Field = [0x9003, 2, "2024:07:14 19:32:05"];

test("a position without its sides is said to be assumed, and one of zeros to be none", async () => {
  expect(rowsOf(await photo(tokyo))).not.toHaveProperty("note");
  const sideless = await photo([tokyo[1] ?? taken, tokyo[3] ?? taken]);
  expect(sideless.facts).toMatchObject({ latitude: 35, longitude: 139 });
  expect(rowsOf(sideless)["note"]).toBe("north and east are assumed: the file does not say which side");
  const zeros = await photo([
    [1, 2, "N"],
    [2, 5, at(0)],
    [3, 2, "E"],
    [4, 5, at(0)],
  ]);
  expect(zeros.facts).not.toHaveProperty("latitude");
  expect(rowsOf(zeros)["note"]).toBe("0, 0 in the file counts as none: receivers without a signal write it");
});

test("a zone that only an edit has is not the photo's: its place tells a likely one, and that is said", async () => {
  const edited = await photo(tokyo, [taken, [0x9010, 2, "+02:00"]]);
  expect(edited).toMatchObject({ inferredZone: "+09:00", inferredFrom: "place" });
  expect(rowsOf(edited)).toMatchObject({
    taken: "2024-07-14 19:32:05",
    zone: "+09:00, inferred from its place; the file does not say it",
  });
});

test("a focal length keeps its thousandths, and a GPS version of a later year is told as it is", async () => {
  const found = await photo([[0, 1, [2, 4, 0, 0]], ...tokyo], [[0x920a, 5, [[6_765, 1_000]]]]);
  expect(found.facts["focalLengthMm"]).toBe(6.765);
  expect(found.tags?.find(({ name }) => name === "GPSVersionID")?.text).toBe("2.4.0.0");
});
