import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findIn, pathsOf } from "../../test/fixtures/found-duplicates.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import { KeptPrints } from "./kept-prints.ts";

test("near copies of texts are groups with their likeness, the newest first; other files are left out", async () => {
  const words = Array.from({ length: 400 }, (_, index) => `word${(index * 7919) % 1_000}`);
  const other = Array.from({ length: 400 }, (_, index) => `term${(index * 104_729) % 1_000}`);
  await using tree = await makeTree({
    "draft.md": words.join(" "),
    "final.md": [...words.slice(0, 390), "a", "changed", "end"].join("\n"),
    "laid-out.md": words.join("\n\n"),
    "other.md": other.join(" "),
    "photo.jpg": "no photo",
  });
  utimesSync(join(tree.path, "final.md"), 2_000_000_000, 2_000_000_000);
  const report = await findIn(tree, { method: "text" });
  expect(pathsOf(report)).toEqual([["draft.md", "final.md", "laid-out.md"]]);
  const [group] = report.groups;
  expect(group).toMatchObject({ isProven: false, keepBecause: "It is the newest." });
  expect(group?.files[0]).toMatchObject({ path: "final.md", likeness: 1, note: null });
  for (const { likeness } of group?.files.slice(1) ?? []) expect([likeness > 0.8, likeness < 1]).toEqual([true, true]);
  expect(report).toMatchObject({ files: 4, skippedBy: { filtered: 1 }, left: null });
});

test("of texts the newest does not stay when it was cut off", async () => {
  const words = Array.from({ length: 600 }, (_, index) => `word${(index * 7919) % 1_000}`);
  await using tree = await makeTree({ "cut.md": words.slice(0, 500).join(" "), "whole.md": words.join(" ") });
  utimesSync(join(tree.path, "cut.md"), 2_000_000_000, 2_000_000_000);
  const [group] = (await findIn(tree, { method: "text" })).groups;
  expect(group?.files.map(({ path }) => path)).toEqual(["whole.md", "cut.md"]);
  expect(group?.keepBecause).toBe("It is the one that has the words of the others, and more.");
});

test("a text that was cut by its last words does not stay either", async () => {
  const words = Array.from({ length: 2_000 }, (_, index) => `word${(index * 7919) % 10_007}`).join(" ");
  await using tree = await makeTree({ "cut.md": words.slice(0, -25), "whole.md": words });
  utimesSync(join(tree.path, "cut.md"), 2_000_000_000, 2_000_000_000);
  const [group] = (await findIn(tree, { method: "text" })).groups;
  expect(group?.files.map(({ path }) => path)).toEqual(["whole.md", "cut.md"]);
});

test("a text stays only for those that are like it", async () => {
  const words = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, index) => `word${((from + index) * 7919) % 10_007}`).join(" ");
  await using tree = await makeTree({
    "center.md": words(0, 1_000),
    "newest.md": `${words(180, 1_000)} with an end of its own`,
    "oldest.md": `${words(0, 820)} with another end that is its own`,
  });
  utimesSync(join(tree.path, "newest.md"), 2_000_000_000, 2_000_000_000);
  const [group] = (await findIn(tree, { method: "text" })).groups;
  expect(group?.files[0]?.path).toBe("center.md");
  expect(group?.files).toHaveLength(3);
  for (const { likeness } of group?.files ?? []) expect(likeness).toBeGreaterThanOrEqual(0.7);
});

test("texts in two forms of Unicode are the same text", async () => {
  await using tree = await makeTree({ "a.txt": "Grüße".normalize("NFC"), "b.txt": "Grüße".normalize("NFD") });
  expect((await findIn(tree, { method: "text" })).groupCount).toBe(1);
});

test("who asks again for near copies has only what changed read again", async () => {
  await using tree = await makeTree({ "a.md": "one two three", "b.md": "four five six" });
  const kept = new KeptPrints();
  expect((await findIn(tree, { method: "text" }, { kept })).readBytes).toBe(26);
  writeFileSync(join(tree.path, "b.md"), "one  two three");
  const again = await findIn(tree, { method: "text" }, { kept });
  expect([again.readBytes, again.groupCount]).toEqual([14, 1]);
});
