import { expect, test } from "vitest";
import { FoundFiles } from "./found-files.ts";

test("paths of any script come back as they were, also when the room grew", () => {
  const files = new FoundFiles();
  const paths = Array.from({ length: 5_000 }, (_, index) => `${"подкаталог/".repeat(index % 3)}写真 ${index} – ü.jpg`);
  for (const [index, path] of paths.entries()) files.add(path, { sizeBytes: index * 1e9, mtimeMs: index + 0.5 });
  expect(paths.map((_, index) => files.path(index))).toEqual(paths);
  expect(files.length).toBe(5_000);
  expect([files.sizeBytes(4_999), files.mtimeMs(4_999)]).toEqual([4_999e9, 4_999.5]);
  expect(files.sizes.length).toBe(5_000);
});
