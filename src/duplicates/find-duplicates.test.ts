import { randomBytes } from "node:crypto";
import { appendFileSync, linkSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findIn, pathsOf } from "../../test/fixtures/found-duplicates.ts";
import { jpegBytes, tiffBytes, xmpPacket } from "../../test/fixtures/samples/image-bytes.ts";
import { cameraFields } from "../../test/fixtures/samples/images.ts";
import { makeTree, withClosed } from "../../test/fixtures/tree.ts";

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
  const report = await findIn(tree);
  expect(pathsOf(report)).toEqual([
    ["x.bin", "y.bin", "z/x.bin"],
    ["a.txt", "b.txt"],
  ]);
  expect(report).toMatchObject({ files: 9, groupCount: 2, copies: 3, wastedBytes: 600_005, left: null, skipped: 0 });
  expect(report.groups.every(({ isProven }) => isProven)).toBe(true);
});

test("a partial hash takes files that differ in the middle for equal, and says that nothing is proven", async () => {
  await using tree = await makeTree({ "x.bin": large, "middle.bin": inTheMiddle, "end.bin": atTheEnd, a: "1", b: "1" });
  const report = await findIn(tree, { method: "partial" });
  expect(pathsOf(report)).toEqual([
    ["middle.bin", "x.bin"],
    ["a", "b"],
  ]);
  expect(report.groups.map(({ isProven }) => isProven)).toEqual([false, true]);
});

test("only files whose size stands twice are opened", async () => {
  await using tree = await makeTree({ "a.txt": "1", "b.txt": "22", "c.txt": "333", "d.txt": "333" });
  expect((await findIn(tree)).readBytes).toBe(6);
});

test.skipIf(process.platform === "win32")("names of one file are one copy, and no waste", async () => {
  await using tree = await makeTree({ "a.bin": large, "copy/a.bin": large });
  linkSync(join(tree.path, "a.bin"), join(tree.path, "link.bin"));
  const report = await findIn(tree);
  expect(report).toMatchObject({ groupCount: 1, copies: 1, wastedBytes: 300_000, hardLinks: 1 });
  expect(report.groups[0]?.files).toMatchObject([{ path: "a.bin", otherNames: ["link.bin"] }, { path: "copy/a.bin" }]);
  rmSync(join(tree.path, "copy"), { recursive: true });
  expect(await findIn(tree)).toMatchObject({ groupCount: 0, wastedBytes: 0, hardLinks: 1 });
});

test.skipIf(process.platform === "win32")(
  "a file with a name outside of the directory frees nothing, and stays",
  async () => {
    await using tree = await makeTree({ "elsewhere/x.bin": large, "in/y.bin": large });
    linkSync(join(tree.path, "elsewhere/x.bin"), join(tree.path, "in/x.bin"));
    utimesSync(join(tree.path, "in/y.bin"), 1, 1);
    const [group] = (await findIn(tree, {}, { directory: "in" })).groups;
    expect(group?.files.map(({ path }) => path)).toEqual(["in/x.bin", "in/y.bin"]);
    expect(group?.wastedBytes).toBe(300_000);
    linkSync(join(tree.path, "in/y.bin"), join(tree.path, "elsewhere/y.bin"));
    const report = await findIn(tree, {}, { directory: "in" });
    expect(report).toMatchObject({ groupCount: 1, wastedBytes: 0 });
    expect(report.groups[0]?.files[1]?.note).toMatch(/^has 1 other name outside .*frees nothing$/);
  },
);

test("empty files are counted and in no group", async () => {
  await using tree = await makeTree({ a: "", b: "", c: "1" });
  expect(await findIn(tree)).toMatchObject({ groupCount: 0, emptyFiles: 2, files: 1 });
});

test.skipIf(process.platform === "win32")("a file full of holes wastes what it takes on the disk", async () => {
  await using tree = await makeTree({ a: "", b: "" });
  for (const name of ["a", "b"]) truncateSync(join(tree.path, name), 5_000_000);
  const report = await findIn(tree);
  expect(report).toMatchObject({ groupCount: 1, copies: 1, sizeBytes: 10_000_000 });
  expect(report.wastedBytes).toBeLessThan(1_000_000);
});

test("a file that changes between scan and reading, or after it, is said and in no group", async () => {
  await using tree = await makeTree({ "a.txt": "123", "b.txt": "123", "c.txt": "123", "x.bin": large, "y.bin": large });
  const before = await findIn(
    tree,
    {},
    {
      onProgress: ({ phase }) => {
        if (phase === "scan") appendFileSync(join(tree.path, "c.txt"), "4");
        else writeFileSync(join(tree.path, "y.bin"), "changed");
      },
    },
  );
  expect(pathsOf(before)).toEqual([["a.txt", "b.txt"]]);
  expect(before.changed.samples.toSorted()).toEqual(["c.txt", "y.bin"]);
});

test("a file that is rewritten with its old size after it was hashed is in no group", async () => {
  await using tree = await makeTree({ "a.txt": "123", "b.txt": "123", "c.txt": "123" });
  const report = await findIn(
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
  expect(pathsOf(report)).toEqual([["a.txt", "c.txt"]]);
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
  const report = await findIn(tree);
  expect(pathsOf(report)).toEqual([["a.txt", "b.txt"]]);
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
  const report = await findIn(tree, { includeIgnored: true });
  expect(pathsOf(report)).toEqual([["dist/c.txt", "kept-out/a.txt", "node_modules/b/b.txt"]]);
  expect(report.skippedBy).toEqual({ secret: 1, ignored: 2 });
  expect(JSON.stringify(report)).not.toMatch(/private|\.env|HEAD/);
});

test.skipIf(process.platform === "win32")("links are never followed: a loop ends, and a link is no copy", async () => {
  await using tree = await makeTree({ "in/a.txt": "123", "in/b.txt": "123" });
  symlinkSync("..", join(tree.path, "in/up"));
  symlinkSync("a.txt", join(tree.path, "in/c.txt"));
  const report = await findIn(tree);
  expect(pathsOf(report)).toEqual([["in/a.txt", "in/b.txt"]]);
  expect(report.skippedBy).toEqual({ symlink: 2 });
});

test.skipIf(process.platform === "win32")("a folder that cannot be read is said with its path", async () => {
  await using tree = await makeTree({ "closed/a.txt": "123", "b.txt": "123", "c.txt": "123" });
  const report = await withClosed(tree, "closed", () => findIn(tree));
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
  expect(pathsOf(await findIn(tree, { categories: ["images"] }))).toEqual([["a.jpg", "b.jpg", "d/e.jpg"]]);
  expect(pathsOf(await findIn(tree, { extensions: [".JPG"], recursive: false }))).toEqual([["a.jpg", "b.jpg"]]);
  const some = await findIn(tree, { maxFiles: 2 });
  expect(some).toMatchObject({ files: 2, isTruncated: true, skippedBy: { "over-limit": 3 } });
});

test("what the report does not list is counted", async () => {
  const files = Array.from({ length: 6 }, (_, index) => [`a${index}`, "12345"] as const);
  await using tree = await makeTree({ ...Object.fromEntries(files), x: "1", y: "1" });
  const report = await findIn(tree, { limit: { groups: 1, filesPerGroup: 2 } });
  expect(report).toMatchObject({ groupCount: 2, copies: 6, wastedBytes: 26 });
  expect(report.groups).toMatchObject([{ moreFiles: 4, wastedBytes: 25 }]);
  expect(report.groups[0]?.files).toHaveLength(2);
});

test("what the time did not suffice for is counted, not guessed", async () => {
  await using tree = await makeTree({ a: "123", b: "123" });
  expect(await findIn(tree, { budgetMs: -1 })).toMatchObject({
    groupCount: 0,
    files: 0,
    sizeBytes: 0,
    left: { files: 2, sizeBytes: 6 },
  });
});

test("a cancelled search ends with an error", async () => {
  await using tree = await makeTree({ "x.bin": large, "y.bin": large });
  const stop = new AbortController();
  const run = findIn(tree, {}, { signal: stop.signal, onProgress: () => stop.abort() });
  await expect(run).rejects.toMatchObject({ code: "CANCELLED" });
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
  const report = await findIn(tree, {}, { onProgress });
  clearInterval(turn);
  expect(report.groupCount).toBe(120);
  expect(turns).toBeGreaterThan(3);
});

test("folders that have copies of one another are told as a pair", async () => {
  await using tree = await makeTree({ "a/1": "one", "a/2": "twoo", "copies/1": "one", "copies/2": "twoo" });
  expect((await findIn(tree)).folders).toEqual([{ keep: "a", other: "copies", files: 2, wastedBytes: 7 }]);
});

test("of equal photos the one with a RAW and XMP beside it stays, though another is older and less deep", async () => {
  const photo = jpegBytes({ width: 640, height: 480 });
  const beside = { "edited/p.xmp": xmpPacket('xmp:Rating="5"'), "edited/p.CR2": tiffBytes({ image: cameraFields }) };
  await using tree = await makeTree({ "p.jpg": photo, "edited/p.jpg": photo, ...beside });
  utimesSync(join(tree.path, "p.jpg"), 1_000_000_000, 1_000_000_000);
  const [group] = (await findIn(tree)).groups;
  expect(group?.files.map(({ path }) => path)).toEqual(["edited/p.jpg", "p.jpg"]);
  expect(group?.keepBecause).toBe("It is the one with more RAW and XMP files beside it.");
});
