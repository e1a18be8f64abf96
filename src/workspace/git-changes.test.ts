import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runGit } from "../../test/fixtures/git-repository.ts";
import { randomShares } from "../../test/fixtures/random.ts";
import { makeTree, type Tree } from "../../test/fixtures/tree.ts";
import { CommonsError } from "../core/errors.ts";
import { openLastCommit, type FileChange } from "./git-changes.ts";
import { openWorkspace } from "./workspace.ts";

const maxBytes = 1_000_000;
const lines = (count: number, word = "line"): string =>
  Array.from({ length: count }, (_, index) => `${word} ${index}\n`).join("");

async function changesIn(directory: string, paths: readonly string[]): Promise<FileChange[]> {
  const last = await openLastCommit(await openWorkspace({ directory, home: "/nonexistent" }));
  try {
    return paths.map((path) => last.changeOf(path, maxBytes));
  } finally {
    last.close();
  }
}

async function committed(files: Readonly<Record<string, string>>, ...init: readonly string[]): Promise<Tree> {
  const tree = await makeTree(files);
  runGit(tree.path, "init", "-q", ...init);
  runGit(tree.path, "add", ".");
  runGit(tree.path, "commit", "-qm", "first");
  return tree;
}

/** What git says itself: the lines of the new text that differ. */
function linesByGit(directory: string, path: string): string[] {
  const text = runGit(directory, "diff", "-U0", "--diff-algorithm=minimal", "HEAD", "--", path);
  return [...text.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)].map(([, start, count]) => `${start} ${count ?? "1"}`);
}

describe("the change since the last commit", () => {
  it("names the lines of a changed file, staged or not, and tells new files from unchanged ones", async () => {
    await using tree = await committed({ "a.ts": lines(20), "b.ts": lines(5), "dir/c.ts": lines(3) });
    await tree.add({ "a.ts": lines(20).replace("line 4\n", "other\nmore\n").replace("line 9\n", ""), "new.ts": "x\n" });
    await tree.add({ "dir/c.ts": `${lines(3)}end\n` });
    runGit(tree.path, "add", "dir");
    expect(await changesIn(tree.path, ["a.ts", "b.ts", "dir/c.ts", "new.ts"])).toEqual([
      {
        kind: "lines",
        ranges: [
          { start: 5, end: 6 },
          { start: 11, end: 11 },
        ],
      },
      { kind: "same" },
      { kind: "lines", ranges: [{ start: 4, end: 4 }] },
      { kind: "new" },
    ]);
  });

  it.each(["loose", "packed", "sha256"])(
    "agrees with git over random edits, with objects that are %s",
    async (kind) => {
      await using tree = await makeTree();
      runGit(tree.path, "init", "-q", ...(kind === "sha256" ? ["--object-format=sha256"] : []));
      const random = randomShares(7);
      const texts = new Map(
        Array.from({ length: 12 }, (_, index) => [`d${index % 3}/f${index}.txt`, lines(40, `word${index}`)]),
      );
      const edit = (text: string): string =>
        text
          .split("\n")
          .flatMap((line) => (random() < 0.05 ? [] : random() < 0.08 ? [line, `put in ${random()}`] : [line]))
          .join("\n");
      for (let commit = 0; commit < 6; commit++) {
        for (const [path, text] of texts) texts.set(path, random() < 0.5 ? edit(text) : text);
        await tree.add(Object.fromEntries(texts));
        runGit(tree.path, "add", ".");
        runGit(tree.path, "commit", "-qm", String(commit));
      }
      if (kind !== "loose") runGit(tree.path, "gc", "-q", "--aggressive");
      for (const [path, text] of texts) if (random() < 0.6) texts.set(path, edit(text));
      await tree.add(Object.fromEntries(texts));
      const paths = [...texts.keys()];
      const changes = await changesIn(tree.path, paths);
      const changedByGit = runGit(tree.path, "diff", "--name-only", "HEAD").trim().split("\n");
      expect(paths.filter((_, index) => changes[index]?.kind !== "same").toSorted()).toEqual(changedByGit.toSorted());
      for (const [index, path] of paths.entries()) {
        const change = changes[index];
        const added = linesByGit(tree.path, path).filter((each) => !each.endsWith(" 0"));
        const ranges = change?.kind === "lines" ? change.ranges : [];
        const found = ranges.map(({ start, end }) => `${start} ${end - start + 1}`);
        expect(found).toEqual(expect.arrayContaining(added));
      }
    },
  );

  it("reads worktrees, clones that borrow objects, and workspaces below the repository's top", async () => {
    await using tree = await committed({ "main/pkg/a.ts": lines(9) });
    const main = tree.path;
    runGit(main, "worktree", "add", "-q", "-b", "side", "side");
    runGit(main, "gc", "-q");
    await using outer = await makeTree();
    runGit(outer.path, "clone", "-q", "--shared", main, "borrower");
    for (const directory of [join(main, "side/main"), join(outer.path, "borrower/main/pkg"), join(main, "main")]) {
      const path = directory.endsWith("pkg") ? "a.ts" : "pkg/a.ts";
      await writeFile(join(directory, path), lines(9).replace("line 3", "line three"));
      expect(await changesIn(directory, [path])).toEqual([{ kind: "lines", ranges: [{ start: 4, end: 4 }] }]);
    }
  });

  it("takes other line ends for the same text, and a binary or a huge difference for a change of all", async () => {
    await using tree = await committed({ "crlf.ts": lines(9), "image.bin": "a\0b", "all.ts": lines(6_000, "old") });
    await tree.add({
      "crlf.ts": lines(9).replaceAll("\n", "\r\n"),
      "image.bin": "a\0c",
      "all.ts": lines(6_000, "new"),
    });
    expect(await changesIn(tree.path, ["crlf.ts", "image.bin", "all.ts"])).toEqual([
      { kind: "same" },
      { kind: "changed" },
      { kind: "changed" },
    ]);
  });

  it("takes every file for new before the first commit", async () => {
    await using tree = await makeTree({ "a.ts": "x\n" });
    runGit(tree.path, "init", "-q");
    expect(await changesIn(tree.path, ["a.ts"])).toEqual([{ kind: "new" }]);
  });

  it("takes a file with another name for the same, and a copy for new", async () => {
    await using tree = await committed({ "a.ts": lines(9), "b.ts": lines(7, "other") });
    await tree.add({ "moved/a.ts": lines(9), "copy.ts": lines(7, "other"), "edited.ts": lines(8) });
    await rm(join(tree.path, "a.ts"));
    expect(await changesIn(tree.path, ["moved/a.ts", "copy.ts", "edited.ts"])).toEqual([
      { kind: "same" },
      { kind: "new" },
      { kind: "new" },
    ]);
  });

  it("compares files of submodules with the commit that theirs is to be at", async () => {
    await using inner = await committed({ "lib.ts": "x\n", "same.ts": "s\n" });
    await using tree = await committed({ "a.ts": "x\n" });
    runGit(tree.path, "submodule", "--quiet", "add", inner.path, "vendor/lib");
    runGit(tree.path, "commit", "-qm", "module");
    await tree.add({ "vendor/lib/lib.ts": "y\n" });
    await tree.add({ "vendor/lib/new.ts": "n\n" });
    expect(await changesIn(tree.path, ["vendor/lib/lib.ts", "vendor/lib/same.ts", "vendor/lib/new.ts"])).toEqual([
      { kind: "lines", ranges: [{ start: 1, end: 1 }] },
      { kind: "same" },
      { kind: "new" },
    ]);
    const gitDirectory = join(tree.path, ".git/modules/vendor/lib");
    await rm(join(gitDirectory, "objects"), { recursive: true });
    await mkdir(join(gitDirectory, "objects"));
    expect(await changesIn(tree.path, ["vendor/lib/lib.ts"])).toEqual([{ kind: "submodule" }]);
  });

  it("knows content that git-lfs keeps elsewhere", async () => {
    const content = "large\n";
    const oid = "cd7f1e2d24b1d6f6d8ee4c7c1f6d8ee4c7c1f6d8ee4c7c1f6d8ee4c7c1f6d8ee";
    const pointer = (hash: string) => `version https://git-lfs.github.com/spec/v1\noid sha256:${hash}\nsize 6\n`;
    const { createHash } = await import("node:crypto");
    const real = createHash("sha256").update(content).digest("hex");
    await using tree = await committed({ "a.ts": pointer(real), "b.ts": pointer(oid) });
    await tree.add({ "a.ts": content, "b.ts": content });
    expect(await changesIn(tree.path, ["a.ts", "b.ts"])).toEqual([{ kind: "same" }, { kind: "changed" }]);
  });

  it("is an error with the next step where there is no repository, or its commit is damaged", async () => {
    await using plain = await makeTree({ "a.ts": "x\n" });
    await expect(changesIn(plain.path, ["a.ts"])).rejects.toThrow(/in no git repository/);
    await using tree = await committed({ "a.ts": "x\n" });
    await rm(join(tree.path, ".git/objects"), { recursive: true });
    await mkdir(join(tree.path, ".git/objects"));
    await expect(changesIn(tree.path, ["a.ts"])).rejects.toThrow(/the commit [0-9a-f]{12} cannot be read/);
  });

  it("takes a file for changed as a whole when its old content is missing", async () => {
    await using tree = await committed({ "a.ts": lines(4) });
    const id = runGit(tree.path, "rev-parse", "HEAD:a.ts").trim();
    await rm(join(tree.path, ".git/objects", id.slice(0, 2), id.slice(2)), { force: true });
    await tree.add({ "a.ts": lines(5) });
    expect(await changesIn(tree.path, ["a.ts"])).toEqual([{ kind: "changed" }]);
  });

  it("answers or refuses with any bytes of a pack changed, and nothing worse", async () => {
    const texts = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`f${index}.ts`, lines(60, `w${index}`)]));
    await using tree = await committed(texts);
    await tree.add(Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, `${text}more\n`])));
    runGit(tree.path, "commit", "-qam", "second");
    runGit(tree.path, "gc", "-q", "--aggressive");
    await tree.add(texts);
    const directory = join(tree.path, ".git/objects/pack");
    const names = (await readdir(directory)).filter((name) => /\.(pack|idx)$/.test(name));
    const originals = new Map(
      await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const)),
    );
    for (const name of names) await rm(join(directory, name));
    const random = randomShares(3);
    const kinds = new Set(["same", "new", "lines", "changed", "submodule"]);
    for (let round = 0; round < 150; round++) {
      for (const [name, original] of originals) {
        const bytes = Buffer.from(
          random() < 0.1 ? original.subarray(0, Math.floor(random() * original.length)) : original,
        );
        for (let change = 0; change < 3 && bytes.length > 0; change++)
          bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
        await writeFile(join(directory, name), bytes);
      }
      const outcome = await changesIn(tree.path, Object.keys(texts)).then(
        (changes) => changes.every(({ kind }) => kinds.has(kind)),
        (error: unknown) => error instanceof CommonsError && error.code === "INPUT_INVALID",
      );
      expect(outcome).toBe(true);
    }
  });
});
