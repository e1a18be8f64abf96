import { expect, test } from "vitest";
import { tiffBytes, type Field } from "../../../test/fixtures/samples/image-bytes.ts";
import { gpsTimeOf, inferredZone } from "./gps-time.ts";
import { sourceOfBytes } from "./image-source.ts";
import { gatherTags } from "./tag-gathering.ts";

async function momentOf(gps: readonly Field[], isBigEndian = false): Promise<string | null> {
  const gathered = await gatherTags(sourceOfBytes(tiffBytes({ gps, isBigEndian })));
  return gpsTimeOf(gathered?.tags ?? null);
}

const at = (hour: number, minute: number, second: number, over = 1): Field => [
  7,
  5,
  [
    [hour, 1],
    [minute, 1],
    [second, over],
  ],
];

test("the time of a GPS fix is UTC to the second, in either byte order", async () => {
  const fields: Field[] = [at(17, 32, 525, 100), [0x1d, 2, "2024:07:14"]];
  expect(await momentOf(fields)).toBe("2024-07-14T17:32:05Z");
  expect(await momentOf(fields, true)).toBe("2024-07-14T17:32:05Z");
});

test("a fix without a date, with an impossible one, or with fractions over zero has no time", async () => {
  expect(await momentOf([at(17, 32, 5)])).toBeNull();
  expect(await momentOf([at(17, 32, 5), [0x1d, 2, "2023:02:30"]])).toBeNull();
  expect(await momentOf([at(25, 0, 0), [0x1d, 2, "2024:07:14"]])).toBeNull();
  expect(await momentOf([at(17, 32, 5, 0), [0x1d, 2, "2024:07:14"]])).toBeNull();
  expect(await momentOf([at(17, 32, 5), [0x1d, 2, "0000:00:00"]])).toBeNull();
});

test("a clock's zone is the whole quarter of an hour between it and the GPS time", () => {
  const gps = "2024-07-14T17:32:05Z";
  expect(inferredZone("2024-07-14T19:32:05", gps)).toBe("+02:00");
  expect(inferredZone("2024-07-14T19:34:40.12", gps)).toBe("+02:00");
  expect(inferredZone("2024-07-14T17:32:05", gps)).toBe("+00:00");
  expect(inferredZone("2024-07-14T13:02:05", gps)).toBe("-04:30");
  expect(inferredZone("2024-07-14T23:17:05", gps)).toBe("+05:45");
  expect(inferredZone("2024-07-15T07:32:05", gps)).toBe("+14:00");
});

test("nothing is inferred where the file has a zone, where there is no fix, or where the two are no zone apart", () => {
  expect(inferredZone("2024-07-14T19:32:05+02:00", "2024-07-14T17:32:05Z")).toBeNull();
  expect(inferredZone("2024-07-14T19:32:05", null)).toBeNull();
  expect(inferredZone(undefined, "2024-07-14T17:32:05Z")).toBeNull();
  expect(inferredZone("2024-07-14", "2024-07-14T17:32:05Z")).toBeNull();
  expect(inferredZone("2024-07-14T19:39:35", "2024-07-14T17:32:05Z")).toBeNull();
  expect(inferredZone("2024-07-16T19:32:05", "2024-07-14T17:32:05Z")).toBeNull();
});
