import { randomBytes } from "node:crypto";
import { appendFileSync, linkSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTree, withClosed, type Tree } from "../../test/fixtures/tree.ts";
import { createDirectReader } from "../reader/read-document.ts";
import { KeptPrints } from "./kept-prints.ts";
import type { DuplicateReport, DuplicatesInput } from "./duplicate-report.ts";
import { findDuplicates, type DuplicatesRequest } from "./find-duplicates.ts";

const plain: DuplicatesInput = {
  path: ".",
  recursive: true,
  method: "full",
  isTurned: false,
  includeIgnored: false,
  limit: { groups: 100, filesPerGroup: 100 },
};

async function find(
  tree: Tree,
  input: Partial<DuplicatesInput> = {},
  more: Partial<DuplicatesRequest> = {},
): Promise<DuplicateReport> {
  const request = {
    workspace: await tree.open(),
    directory: "",
    input: { ...plain, ...input },
    reader: createDirectReader(),
    kept: new KeptPrints(),
    limits: { maxFileBytes: 1_000_000, maxDocumentBytes: 1_000_000 },
    signal: new AbortController().signal,
  };
  return findDuplicates({ ...request, ...more });
}

/** Which of the files of a test is the oldest hangs on the clock: in the order of their names. */
function paths({ groups }: DuplicateReport): string[][] {
  return groups.map(({ files }) => files.map(({ path }) => path).toSorted());
}

const large = randomBytes(300_000);
const inTheMiddle = Buffer.from(large);
inTheMiddle[150_000] = (inTheMiddle[150_000] ?? 0) ^ 1;
const atTheEnd = Buffer.from(large);
atTheEnd[299_999] = (atTheEnd[299_999] ?? 0) ^ 1;

test("equal files are groups, most wasted bytes first; files of one size that differ anywhere are not", async () => {
  await using tree = await makeTree({
    "a.txt": "small",
    "b.txt": "small",
    "c.txt": "other",
    "x.bin": large,
    "y.bin": large,
    "z/x.bin": large,
    "middle.bin": inTheMiddle,
    "end.bin": atTheEnd,
    "alone.txt": "of no other's size",
  });
  const report = await find(tree);
  expect(paths(report)).toEqual([
    ["x.bin", "y.bin", "z/x.bin"],
    ["a.txt", "b.txt"],
  ]);
  expect(report).toMatchObject({ files: 9, groupCount: 2, copies: 3, wastedBytes: 600_005, left: null, skipped: 0 });
  expect(report.groups.every(({ isProven }) => isProven)).toBe(true);
});

test("a partial hash takes files that differ in the middle for equal, and says that nothing is proven", async () => {
  await using tree = await makeTree({ "x.bin": large, "middle.bin": inTheMiddle, "end.bin": atTheEnd, a: "1", b: "1" });
  const report = await find(tree, { method: "partial" });
  expect(paths(report)).toEqual([
    ["middle.bin", "x.bin"],
    ["a", "b"],
  ]);
  expect(report.groups.map(({ isProven }) => isProven)).toEqual([false, true]);
});

test("only files whose size stands twice are opened", async () => {
  await using tree = await makeTree({ "a.txt": "1", "b.txt": "22", "c.txt": "333", "d.txt": "333" });
  expect((await find(tree)).readBytes).toBe(6);
});

test.skipIf(process.platform === "win32")("names of one file are one copy, and no waste", async () => {
  await using tree = await makeTree({ "a.bin": large, "copy/a.bin": large });
  linkSync(join(tree.path, "a.bin"), join(tree.path, "link.bin"));
  const report = await find(tree);
  expect(report).toMatchObject({ groupCount: 1, copies: 1, wastedBytes: 300_000, hardLinks: 1 });
  expect(report.groups[0]?.files).toMatchObject([{ path: "a.bin", otherNames: ["link.bin"] }, { path: "copy/a.bin" }]);
  rmSync(join(tree.path, "copy"), { recursive: true });
  expect(await find(tree)).toMatchObject({ groupCount: 0, wastedBytes: 0, hardLinks: 1 });
});

test.skipIf(process.platform === "win32")(
  "a file with a name outside of the directory frees nothing, and stays",
  async () => {
    await using tree = await makeTree({ "elsewhere/x.bin": large, "in/y.bin": large });
    linkSync(join(tree.path, "elsewhere/x.bin"), join(tree.path, "in/x.bin"));
    utimesSync(join(tree.path, "in/y.bin"), 1, 1);
    const [group] = (await find(tree, {}, { directory: "in" })).groups;
    expect(group?.files.map(({ path }) => path)).toEqual(["in/x.bin", "in/y.bin"]);
    expect(group?.wastedBytes).toBe(300_000);
    linkSync(join(tree.path, "in/y.bin"), join(tree.path, "elsewhere/y.bin"));
    const report = await find(tree, {}, { directory: "in" });
    expect(report).toMatchObject({ groupCount: 1, wastedBytes: 0 });
    expect(report.groups[0]?.files[1]?.note).toMatch(/^has 1 other name outside .*frees nothing$/);
  },
);

test("empty files are counted and in no group", async () => {
  await using tree = await makeTree({ a: "", b: "", c: "1" });
  expect(await find(tree)).toMatchObject({ groupCount: 0, emptyFiles: 2, files: 1 });
});

test.skipIf(process.platform === "win32")("a file full of holes wastes what it takes on the disk", async () => {
  await using tree = await makeTree({ a: "", b: "" });
  for (const name of ["a", "b"]) truncateSync(join(tree.path, name), 5_000_000);
  const report = await find(tree);
  expect(report).toMatchObject({ groupCount: 1, copies: 1, sizeBytes: 10_000_000 });
  expect(report.wastedBytes).toBeLessThan(1_000_000);
});

test("a file that changes between scan and reading, or after it, is said and in no group", async () => {
  await using tree = await makeTree({ "a.txt": "123", "b.txt": "123", "c.txt": "123", "x.bin": large, "y.bin": large });
  const before = await find(
    tree,
    {},
    {
      onProgress: ({ phase }) => {
        if (phase === "scan") appendFileSync(join(tree.path, "c.txt"), "4");
        else writeFileSync(join(tree.path, "y.bin"), "changed");
      },
    },
  );
  expect(paths(before)).toEqual([["a.txt", "b.txt"]]);
  expect(before.changed.samples.toSorted()).toEqual(["c.txt", "y.bin"]);
});

test("a file that is rewritten with its old size after it was hashed is in no group", async () => {
  await using tree = await makeTree({ "a.txt": "123", "b.txt": "123", "c.txt": "123" });
  const report = await find(
    tree,
    {},
    {
      onProgress: ({ phase }) => {
        if (phase !== "compare") return;
        writeFileSync(join(tree.path, "b.txt"), "456");
        // Another time, whatever the clock's ticks are.
        utimesSync(join(tree.path, "b.txt"), 1, 1);
      },
    },
  );
  expect(paths(report)).toEqual([["a.txt", "c.txt"]]);
  expect(report.changed.count).toBe(1);
});

test("secrets and ignored files are counted and never named", async () => {
  await using tree = await makeTree({
    ".env": "KEY=1",
    "deploy/.env": "KEY=1",
    ".gitignore": "kept-out/",
    "kept-out/a.txt": "x1",
    "a.txt": "x1",
    "b.txt": "x1",
  });
  const report = await find(tree);
  expect(paths(report)).toEqual([["a.txt", "b.txt"]]);
  expect(report.skippedBy).toEqual({ secret: 2, ignored: 1 });
  expect(JSON.stringify(report)).not.toContain(".env");
});

test("ignored files are compared on request; secrets, .git and what a .commonsignore names never", async () => {
  await using tree = await makeTree({
    ".gitignore": "kept-out/",
    ".commonsignore": "private/",
    "kept-out/a.txt": "x1",
    "kept-out/.env": "x1",
    "node_modules/b/b.txt": "x1",
    "dist/c.txt": "x1",
    "private/d.txt": "x1",
    ".git/HEAD": "x1",
  });
  const report = await find(tree, { includeIgnored: true });
  expect(paths(report)).toEqual([["dist/c.txt", "kept-out/a.txt", "node_modules/b/b.txt"]]);
  expect(report.skippedBy).toEqual({ secret: 1, ignored: 2 });
  expect(JSON.stringify(report)).not.toMatch(/private|\.env|HEAD/);
});

test.skipIf(process.platform === "win32")("links are never followed: a loop ends, and a link is no copy", async () => {
  await using tree = await makeTree({ "in/a.txt": "123", "in/b.txt": "123" });
  symlinkSync("..", join(tree.path, "in/up"));
  symlinkSync("a.txt", join(tree.path, "in/c.txt"));
  const report = await find(tree);
  expect(paths(report)).toEqual([["in/a.txt", "in/b.txt"]]);
  expect(report.skippedBy).toEqual({ symlink: 2 });
});

test.skipIf(process.platform === "win32")("a folder that cannot be read is said with its path", async () => {
  await using tree = await makeTree({ "closed/a.txt": "123", "b.txt": "123", "c.txt": "123" });
  const report = await withClosed(tree, "closed", () => find(tree));
  expect(report.skippedSamples).toEqual([{ path: "closed", reason: "unreadable", message: "" }]);
  expect(report.groupCount).toBe(1);
});

test("kinds, extensions, folders and a number of files choose what is compared", async () => {
  await using tree = await makeTree({
    "a.jpg": "123",
    "b.jpg": "123",
    "c.md": "123",
    "d/e.jpg": "123",
    "odd.xyzzy": "123",
  });
  expect(paths(await find(tree, { categories: ["images"] }))).toEqual([["a.jpg", "b.jpg", "d/e.jpg"]]);
  expect(paths(await find(tree, { extensions: [".JPG"], recursive: false }))).toEqual([["a.jpg", "b.jpg"]]);
  const some = await find(tree, { maxFiles: 2 });
  expect(some).toMatchObject({ files: 2, isTruncated: true, skippedBy: { "over-limit": 3 } });
});

test("what the report does not list is counted", async () => {
  const files = Array.from({ length: 6 }, (_, index) => [`a${index}`, "12345"] as const);
  await using tree = await makeTree({ ...Object.fromEntries(files), x: "1", y: "1" });
  const report = await find(tree, { limit: { groups: 1, filesPerGroup: 2 } });
  expect(report).toMatchObject({ groupCount: 2, copies: 6, wastedBytes: 26 });
  expect(report.groups).toMatchObject([{ moreFiles: 4, wastedBytes: 25 }]);
  expect(report.groups[0]?.files).toHaveLength(2);
});

test("what the time did not suffice for is counted, not guessed", async () => {
  await using tree = await makeTree({ a: "123", b: "123" });
  expect(await find(tree, { budgetMs: -1 })).toMatchObject({
    groupCount: 0,
    files: 0,
    sizeBytes: 0,
    left: { files: 2, sizeBytes: 6 },
  });
});

test("a cancelled search ends with an error", async () => {
  await using tree = await makeTree({ "x.bin": large, "y.bin": large });
  const stop = new AbortController();
  const run = find(tree, {}, { signal: stop.signal, onProgress: () => stop.abort() });
  await expect(run).rejects.toMatchObject({ code: "CANCELLED" });
});

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
  const report = await find(tree, { method: "text" });
  expect(paths(report)).toEqual([["draft.md", "final.md", "laid-out.md"]]);
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
  const [group] = (await find(tree, { method: "text" })).groups;
  expect(group?.files.map(({ path }) => path)).toEqual(["whole.md", "cut.md"]);
  expect(group?.keepBecause).toBe("It is the one that has what the others have, and more.");
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
  const [group] = (await find(tree, { method: "text" })).groups;
  expect(group?.files[0]?.path).toBe("center.md");
  expect(group?.files).toHaveLength(3);
  for (const { likeness } of group?.files ?? []) expect(likeness).toBeGreaterThanOrEqual(0.7);
});

test("texts in two forms of Unicode are the same text", async () => {
  await using tree = await makeTree({ "a.txt": "Grüße".normalize("NFC"), "b.txt": "Grüße".normalize("NFD") });
  expect((await find(tree, { method: "text" })).groupCount).toBe(1);
});

test("who asks again for near copies has only what changed read again", async () => {
  await using tree = await makeTree({ "a.md": "one two three", "b.md": "four five six" });
  const kept = new KeptPrints();
  expect((await find(tree, { method: "text" }, { kept })).readBytes).toBe(26);
  writeFileSync(join(tree.path, "b.md"), "one  two three");
  const again = await find(tree, { method: "text" }, { kept });
  expect([again.readBytes, again.groupCount]).toEqual([14, 1]);
});

test("many small groups leave the thread to others in between", async () => {
  const files = Array.from({ length: 240 }, (_, index) => [`f${index}`, "x".repeat(1 + (index >> 1))] as const);
  await using tree = await makeTree(Object.fromEntries(files));
  let turns = 0;
  const turn = setInterval(() => turns++, 0);
  // However quick the machine is, the classes together take many slices of time, and each a part of one.
  const onProgress = () => {
    const untilMs = performance.now() + 1;
    while (performance.now() < untilMs);
  };
  const report = await find(tree, {}, { onProgress });
  clearInterval(turn);
  expect(report.groupCount).toBe(120);
  expect(turns).toBeGreaterThan(3);
});

test("folders that have copies of one another are told as a pair", async () => {
  await using tree = await makeTree({ "a/1": "one", "a/2": "twoo", "copies/1": "one", "copies/2": "twoo" });
  expect((await find(tree)).folders).toEqual([{ keep: "a", other: "copies", files: 2, wastedBytes: 7 }]);
});
