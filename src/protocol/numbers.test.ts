import { describe, expect, test } from "vitest";
import { latestMs } from "../core/moment.ts";
import { operations } from "./operations.ts";
import { changesSchema } from "./schemas.ts";

const touch = (stat: { sizeBytes: number; mtimeMs: number }, readAtMs: number): boolean =>
  changesSchema.safeParse({
    documents: [],
    renames: [],
    touches: [{ path: "a.ts", stat: { ...stat, signature: "1" }, readAtMs }],
    removals: [],
  }).success;

describe("numbers that the catalog could not store, or not give back", () => {
  test.each([0.5, -1, 2 ** 53, 1e308])("%d is no size of a file", (sizeBytes) => {
    expect(touch({ sizeBytes, mtimeMs: 1 }, 1)).toBe(false);
  });

  test("files of any time that a file system has are taken", () => {
    for (const mtimeMs of [-8.64e15, 0, 1.5, 2 ** 53 + 2, 9.3e21])
      expect(touch({ sizeBytes: 1, mtimeMs }, 1)).toBe(true);
  });

  test.each([-1, latestMs + 2, 1e308])("%d is no moment of a reading", (readAtMs) => {
    expect(touch({ sizeBytes: 1, mtimeMs: 1 }, readAtMs)).toBe(false);
  });

  test.each([1e-300, 0.5, 2 ** 53 + 2])("%d is no moment at which a directory was mirrored", (mirroredAtMs) => {
    const scope = {
      directory: "",
      recursive: true,
      categories: null,
      extensions: null,
      maxFiles: null,
      includeContent: true,
    };
    const source = { key: "k", kind: "workspace", name: "n", machine: "m", path: "/w", repository: null };
    const { input } = operations["scopes.save"];
    const given = { collectionId: "c", source, scope, isWatched: false };
    expect(input.safeParse({ ...given, mirroredAtMs: 1 }).success).toBe(true);
    expect(input.safeParse({ ...given, mirroredAtMs }).success).toBe(false);
  });
});
