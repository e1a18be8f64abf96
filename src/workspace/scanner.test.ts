import { execFileSync } from "node:child_process";
import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { withClosed, makeTree } from "../../test/fixtures/tree.ts";
import { scanWorkspace, type ScanEntry, type ScanOptions } from "./scanner.ts";
import { createSkipCheck } from "./skip-check.ts";
import type { Workspace } from "./workspace.ts";

async function scan(workspace: Workspace, options: Partial<ScanOptions> = {}): Promise<string[]> {
  const lines: string[] = [];
  for await (const entry of scanWorkspace(workspace, { directory: "", recursive: true, ...options }))
    lines.push(lineOf(entry));
  return lines;
}

function lineOf(entry: ScanEntry): string {
  return entry.kind === "file" ? entry.path : `${entry.reason}: ${entry.path}${entry.isDirectory ? "/" : ""}`;
}

test("files come in the order of their names, directory by directory", async () => {
  const files = ["a/z.ts", "b.ts", "c/d/e.ts", "c/d/f.ts", "c/g.ts", "h.ts"];
  await using tree = await makeTree(Object.fromEntries(files.map((path) => [path, "1"])));
  const workspace = await tree.open();
  expect(await scan(workspace)).toEqual(files);
  expect(await scan(workspace, { directory: "c" })).toEqual(["c/d/e.ts", "c/d/f.ts", "c/g.ts"]);
  expect(await scan(workspace, { recursive: false })).toEqual(["b.ts", "h.ts"]);
});

test.skipIf(process.platform === "win32")("odd files are named with a reason and never followed", async () => {
  await using tree = await makeTree({
    "inner/a.ts": "1",
    "inner/.env": "K=1",
    "inner/.git/HEAD": "ref: refs/heads/main",
    "out.ts": "1",
  });
  const inner = join(tree.path, "inner");
  await symlink("a.ts", join(inner, "link-in"));
  await symlink("../out.ts", join(inner, "link-out"));
  await symlink(".", join(inner, "loop"));
  await symlink("nowhere", join(inner, "dangling"));
  execFileSync("mkfifo", [join(inner, "pipe")]);
  const lines = await scan(await tree.open({ directory: inner }));
  expect(lines.toSorted()).toEqual([
    "a.ts",
    "ignored: .git/",
    "secret: .env",
    "special-file: pipe",
    "symlink-outside: link-out",
    "symlink: dangling",
    "symlink: link-in",
    "symlink: loop",
  ]);
});

test.skipIf(process.platform !== "linux")(
  "a name that is no UTF-8 is skipped, one that holds U+FFFD is not",
  async () => {
    await using tree = await makeTree({ "real\uFFFD.ts": "1" });
    await writeFile(Buffer.concat([Buffer.from(`${tree.path}/bad`), Buffer.from([0xff]), Buffer.from(".ts")]), "1");
    expect((await scan(await tree.open())).toSorted()).toEqual(["invalid-name: bad\uFFFD.ts", "real\uFFFD.ts"]);
  },
);

test.skipIf(process.platform === "win32")("a directory that cannot be listed is said to be unreadable", async () => {
  await using tree = await makeTree({ "closed/a.ts": "1", "b.ts": "1" });
  const workspace = await tree.open();
  expect(await withClosed(tree, "closed", () => scan(workspace))).toEqual(["b.ts", "unreadable: closed/"]);
});

test("an edit changes the signature, a second look does not", async () => {
  await using tree = await makeTree({ "a.ts": "1" });
  const workspace = await tree.open();
  const signature = async (): Promise<string> => {
    for await (const entry of scanWorkspace(workspace, { directory: "", recursive: true }))
      if (entry.kind === "file") return entry.stat.signature;
    return "";
  };
  const first = await signature();
  expect(await signature()).toBe(first);
  await writeFile(join(tree.path, "a.ts"), "22");
  expect(await signature()).not.toBe(first);
});

test("a directory that is gone is an error, a cancelled scan stops", async () => {
  await using tree = await makeTree({ "a/b.ts": "1", "c/d.ts": "1" });
  const workspace = await tree.open();
  await expect(scan(workspace, { directory: "gone" })).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
  const abort = new AbortController();
  const seen: string[] = [];
  const walk = async (): Promise<void> => {
    for await (const entry of scanWorkspace(workspace, { directory: "", recursive: true, signal: abort.signal })) {
      seen.push(entry.path);
      abort.abort();
    }
  };
  await expect(walk()).rejects.toMatchObject({ code: "CANCELLED" });
  expect(seen).toEqual(["a/b.ts"]);
});

test("a single path is judged by the rules of all directories above it", async () => {
  await using tree = await makeTree({ ".gitignore": "gen/\n", "src/.gitignore": "*.tmp\n" });
  const skipReason = createSkipCheck(await tree.open());
  expect(await skipReason("src/gen/deep/a.ts")).toBe("ignored");
  expect(await skipReason("src/a.tmp")).toBe("ignored");
  expect(await skipReason("src/.git/config")).toBe("ignored");
  expect(await skipReason("src/.env")).toBe("secret");
  expect(await skipReason("src/a.ts")).toBeNull();
});
