import { appendFileSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makeTree, withClosed } from "../../test/fixtures/tree.ts";
import { createDirectReader } from "../reader/read-document.ts";
import { compareFiles, type CompareWork } from "./compare-files.ts";
import type { FileComparison } from "./file-comparison.ts";

const work: CompareWork = {
  reader: createDirectReader(),
  limits: { maxFileBytes: 2_000_000, maxDocumentBytes: 64_000_000 },
  signal: new AbortController().signal,
};
const poem = "Line of a poem about nothing in particular.\n".repeat(40);

function comparedIn(root: string, first: string, second: string, how = work): Promise<FileComparison> {
  return compareFiles({ root, path: first, shown: first }, { root, path: second, shown: second }, how);
}

describe("files that are written meanwhile", () => {
  const changes: readonly (readonly [what: string, change: (path: string) => void])[] = [
    ["with its time set back", (path) => (writeFileSync(path, poem.replace("Line", "Lane")), utimesSync(path, 1, 1))],
    ["and grown", (path) => appendFileSync(path, "more\n")],
    ["and cut", (path) => truncateSync(path, 5)],
  ];

  test.each(changes)("%s have no verdict", async (_, change) => {
    await using tree = await makeTree({ "a.txt": poem, "b.txt": poem });
    const onProgress = () => change(join(tree.path, "a.txt"));
    await expect(comparedIn(tree.path, "a.txt", "b.txt", { ...work, onProgress })).rejects.toMatchObject({
      code: "FILE_CHANGED",
      message: "a.txt changed while it was compared.",
    });
  });
});

test.skipIf(process.platform !== "linux")(
  "what the system makes up when it is read is compared by what it gives",
  async () => {
    const { verdict, findings } = await compareFiles(
      { root: "/", path: "proc/version", shown: "/proc/version" },
      { root: "/", path: "proc/filesystems", shown: "/proc/filesystems" },
      work,
    );
    expect([verdict, findings.join(" ")]).toEqual(["different", expect.not.stringContaining("empty")]);
  },
);

test("what could not be told in the time is said, and how far it came", async () => {
  const bytes = Buffer.alloc(40_000_000);
  await using tree = await makeTree({ "a.dat": bytes, "b.dat": bytes });
  const { verdict, findings } = await comparedIn(tree.path, "a.dat", "b.dat", { ...work, budgetMs: 0 });
  expect([verdict, findings[0]]).toEqual([
    "undecided",
    expect.stringMatching(/^The first .* of 40 MB are the same; after /),
  ]);
});

test.skipIf(process.platform === "win32")("paths are told as they were given", async () => {
  await using tree = await makeTree({ "a.txt": poem });
  await expect(
    compareFiles(
      { root: tree.path, path: "a.txt", shown: "../a.txt" },
      { root: "/", path: "dev/zero", shown: "/dev/zero" },
      work,
    ),
  ).rejects.toMatchObject({ code: "PATH_WRONG_KIND", message: "/dev/zero is no regular file." });
});

test("a link out of the directory is refused", async () => {
  await using outside = await makeTree({ "a.txt": "outside\n" });
  await using tree = await makeTree({ "a.txt": poem });
  await symlink(join(outside.path, "a.txt"), join(tree.path, "link.txt"));
  await expect(comparedIn(tree.path, "a.txt", "link.txt")).rejects.toMatchObject({ code: "PATH_OUTSIDE_WORKSPACE" });
});

test("a file that may not be read, or is gone, is told with the next step", async () => {
  await using tree = await makeTree({ "a.txt": poem, "closed/b.txt": poem });
  await withClosed(tree, "closed", () =>
    expect(comparedIn(tree.path, "a.txt", "closed/b.txt")).rejects.toMatchObject({
      code: "FILE_NOT_READABLE",
      message: "closed/b.txt may not be read (EACCES).",
    }),
  );
  await expect(comparedIn(tree.path, "a.txt", "gone.txt")).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
});

test("a comparison that was cancelled ends as such", async () => {
  await using tree = await makeTree({ "a.txt": poem, "b.txt": `${poem}.` });
  const cancelled = { ...work, signal: AbortSignal.abort() };
  await expect(comparedIn(tree.path, "a.txt", "b.txt", cancelled)).rejects.toMatchObject({ code: "CANCELLED" });
});
