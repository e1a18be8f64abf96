import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTree, type Tree } from "../../test/fixtures/tree.ts";
import { readLinguistMarks } from "./git-attributes.ts";
import { scanWorkspace } from "./scanner.ts";
import { createSkipCheck } from "./skip-check.ts";

/** Paths with the reason why they are left out, "taken" for the others; rule files and .git are not named. */
async function verdicts(tree: Tree, directory = tree.path): Promise<Record<string, string>> {
  const isBelow = directory !== tree.path;
  const workspace = await tree.open({ directory, ...(isBelow ? { home: join(tree.path, "home") } : {}) });
  const found: Record<string, string> = {};
  for await (const entry of scanWorkspace(workspace, { directory: "", recursive: true })) {
    const name = entry.path.slice(entry.path.lastIndexOf("/") + 1);
    if (!/^\.(git|commons)/.test(name)) found[entry.path] = entry.kind === "file" ? "taken" : entry.reason;
  }
  return found;
}

function git(directory: string, ...args: string[]): void {
  const env = { PATH: process.env["PATH"], HOME: join(directory, "no-home"), GIT_CONFIG_NOSYSTEM: "1" };
  execFileSync("git", ["-C", directory, "-c", "user.name=t", "-c", "user.email=t@localhost", ...args], { env });
}

test("every built-in reason is the one that is reported", async () => {
  await using tree = await makeTree({
    "node_modules/a/i.js": "1",
    "venv/a.py": "1",
    "yarn.lock": "1",
    "a.min.js": "1",
    "a.js.map": "1",
    "dist/a.js": "1",
    "__pycache__/a.pyc": "1",
    "a.ts": "1",
  });
  const expected = {
    node_modules: "vendored",
    venv: "vendored",
    "yarn.lock": "lock-file",
    "a.min.js": "minified",
    "a.js.map": "minified",
    dist: "generated",
    __pycache__: "ignored",
    "a.ts": "taken",
  };
  expect(await verdicts(tree)).toEqual(expected);
  await tree.add({ ".gitignore": "node_modules/\ndist\n" });
  expect(await verdicts(tree)).toEqual(expected);
});

test.each(["Package.resolved", "gradle.lockfile", "app/go.work.sum", "conda-lock.yml", "cabal.project.freeze"])(
  "%s is a lock file",
  async (path) => {
    await using tree = await makeTree({ [path]: "1" });
    expect(await verdicts(tree)).toEqual({ [path]: "lock-file" });
  },
);

test("what git tracks is taken although a rule ignores it, and nothing else beside it", async () => {
  await using tree = await makeTree({
    ".gitignore": "out/\n*.log\n!out/untracked.ts\n",
    "out/kept/a.ts": "1",
    "out/kept/b.ts": "1",
    "out/other/c.ts": "1",
    "out/untracked.ts": "1",
    "kept.log": "1",
    "b.log": "1",
  });
  git(tree.path, "init", "-q");
  git(tree.path, "add", "-f", "out/kept/a.ts", "kept.log");
  const expected = {
    "out/kept/a.ts": "taken",
    "out/kept/b.ts": "ignored",
    "out/other": "ignored",
    "out/untracked.ts": "ignored",
    "kept.log": "taken",
    "b.log": "ignored",
  };
  for (const version of ["2", "3", "4"]) {
    git(tree.path, "update-index", "--index-version", version);
    expect(await verdicts(tree)).toEqual(expected);
  }
  git(tree.path, "update-index", "--split-index");
  expect(await verdicts(tree)).toEqual(expected);
});

test("an index that is cut short, lies or is a directory leaves the rules alone to decide", async () => {
  await using tree = await makeTree({
    ".git/HEAD": "ref: refs/heads/main\n",
    ".gitignore": "*.log\n",
    "a.log": "1",
    b: "1",
  });
  const header = Buffer.from("DIRC\0\0\0\u0002\0\0\0\u0002", "latin1");
  const lies = [header, Buffer.concat([header, Buffer.alloc(200)]), Buffer.concat([header, Buffer.alloc(200, 0xff)])];
  const v4 = Buffer.from("DIRC\0\0\0\u0004\0\0\0\u0002", "latin1");
  for (const bytes of [
    ...lies,
    Buffer.concat([v4, Buffer.alloc(300, 0x7f)]),
    Buffer.from("no index"),
    Buffer.alloc(0),
  ]) {
    await tree.add({ ".git/index": bytes });
    expect(await verdicts(tree)).toEqual({ "a.log": "ignored", b: "taken" });
  }
});

test("a .commonsignore has the last word: over what git ignores, what it tracks, and the built-in rules", async () => {
  await using tree = await makeTree({
    ".gitignore": "build/\n*.log\n",
    ".commonsignore": "!important.log\nsecretplans/\n!build/keep/a.ts\n!node_modules/mine/\n",
    "important.log": "1",
    "other.log": "1",
    "secretplans/a.md": "1",
    "build/keep/a.ts": "1",
    "build/keep/b.ts": "1",
    "build/drop/c.ts": "1",
    "node_modules/mine/i.js": "1",
    "node_modules/theirs/i.js": "1",
  });
  git(tree.path, "init", "-q");
  git(tree.path, "add", "-f", "secretplans/a.md");
  expect(await verdicts(tree)).toEqual({
    "important.log": "taken",
    "other.log": "ignored",
    secretplans: "ignored",
    "build/keep/a.ts": "taken",
    "build/keep/b.ts": "ignored",
    "build/drop": "ignored",
    "node_modules/mine/i.js": "taken",
    "node_modules/theirs": "vendored",
  });
});

test("linguist's attributes leave files out and take them back", async () => {
  await using tree = await makeTree({
    ".gitattributes": "*.gen.ts linguist-generated\nlib/** linguist-vendored=true\nlib/own.ts -linguist-vendored\n",
    "sub/.gitattributes": '"b c.gen.ts" linguist-generated=false\n*.min.js -linguist-generated\n',
    "a.gen.ts": "1",
    "lib/own.ts": "1",
    "lib/deep/x.ts": "1",
    "sub/b c.gen.ts": "1",
    "sub/d.gen.ts": "1",
    "sub/e.min.js": "1",
    "e.min.js": "1",
  });
  expect(await verdicts(tree)).toEqual({
    "a.gen.ts": "generated",
    "lib/own.ts": "taken",
    "lib/deep/x.ts": "vendored",
    "sub/b c.gen.ts": "taken",
    "sub/d.gen.ts": "generated",
    "sub/e.min.js": "taken",
    "e.min.js": "minified",
  });
  expect((await readLinguistMarks(tree.path, "sub/b c.gen.ts")).isGenerated).toBe(false);
  expect((await readLinguistMarks(tree.path, "sub/d.gen.ts")).isGenerated).toBe(true);
});

test("a vendor directory is left out where an installer filled it, and stays where it is one's own or tracked", async () => {
  await using tree = await makeTree({ "vendor/modules.txt": "1", "vendor/x/a.go": "1", "own/vendor/a.go": "1" });
  expect(await verdicts(tree)).toEqual({ vendor: "vendored", "own/vendor/a.go": "taken" });
  const skipReason = createSkipCheck(await tree.open());
  expect(await skipReason("vendor/x/a.go")).toBe("vendored");
  git(tree.path, "init", "-q");
  git(tree.path, "add", ".");
  expect(await verdicts(tree)).toEqual({
    "vendor/modules.txt": "taken",
    "vendor/x/a.go": "taken",
    "own/vendor/a.go": "taken",
  });
  await tree.add({ ".gitattributes": "vendor/** linguist-vendored\n" });
  expect(await verdicts(tree)).toMatchObject({ "vendor/x/a.go": "vendored", "own/vendor/a.go": "taken" });
});

test("the person's own excludes hold, wherever git's settings put them", async () => {
  await using tree = await makeTree({
    "home/.config/git/ignore": "*.standard\n",
    "home/work.inc": '[core]\n\texcludesFile = "~/my rules" ; mine\n',
    "home/my rules": "*.mine\n",
    "repo/a.standard": "1",
    "repo/a.mine": "1",
  });
  const repo = join(tree.path, "repo");
  git(repo, "init", "-q");
  expect(await verdicts(tree, repo)).toEqual({ "a.standard": "ignored", "a.mine": "taken" });
  await tree.add({
    "home/.gitconfig": '[includeIf "gitdir:**/repo/"]\n path = work.inc\n[include]\n path = .gitconfig\n',
  });
  expect(await verdicts(tree, repo)).toEqual({ "a.standard": "taken", "a.mine": "ignored" });
});

test("settings that are included on a branch hold on that branch", async () => {
  await using tree = await makeTree({
    "home/.gitconfig": '[includeIf "onbranch:topic/"]\n path = topic.inc\n',
    "home/topic.inc": "[core]\n excludesFile = ~/rules\n",
    "home/rules": "*.mine\n",
    "repo/a.mine": "1",
  });
  const repo = join(tree.path, "repo");
  git(repo, "init", "-q", "-b", "main");
  expect(await verdicts(tree, repo)).toEqual({ "a.mine": "taken" });
  git(repo, "symbolic-ref", "HEAD", "refs/heads/topic/one");
  expect(await verdicts(tree, repo)).toEqual({ "a.mine": "ignored" });
});

test("a repository inside of another is read by its own rules; one that is ignored is not", async () => {
  await using tree = await makeTree({
    ".gitignore": "*.tmp\nclones/\n",
    "inner/.gitignore": "*.log\n",
    "inner/a.tmp": "1",
    "inner/a.log": "1",
    "inner/dist/a.js": "1",
    "clones/x/a.ts": "1",
  });
  for (const place of ["", "inner", "clones/x"]) git(join(tree.path, place), "init", "-q");
  expect(await verdicts(tree)).toEqual({
    "inner/a.tmp": "taken",
    "inner/a.log": "ignored",
    "inner/dist/a.js": "taken",
    clones: "ignored",
  });
});

test("a linked worktree has its own index and shares .git/info/exclude", async () => {
  await using tree = await makeTree({ "main/a.log": "1", "main/b.ts": "1" });
  const main = join(tree.path, "main");
  git(main, "init", "-q");
  git(main, "add", ".");
  git(main, "commit", "-qm", "one");
  await tree.add({ "main/.git/info/exclude": "*.log\n" });
  git(main, "worktree", "add", "-q", "../other");
  await tree.add({ "other/c.log": "1" });
  expect(await verdicts(tree, join(tree.path, "other"))).toEqual({
    "a.log": "taken",
    "b.ts": "taken",
    "c.log": "ignored",
  });
});

test("rule files that are links, pipes or directories, and .git that is no repository, decide nothing", async () => {
  await using tree = await makeTree({
    "outside/rules": "*\n",
    "w/a.ts": "1",
    "w/sub/b.ts": "1",
    "w/.git": "gitdir: /nowhere\n",
  });
  symlinkSync("../outside/rules", join(tree.path, "w/.gitignore"));
  mkdirSync(join(tree.path, "w/.commonsignore"));
  if (process.platform !== "win32") execFileSync("mkfifo", [join(tree.path, "w/sub/.gitignore")]);
  expect(await verdicts(tree, join(tree.path, "w"))).toEqual({ "a.ts": "taken", "sub/b.ts": "taken" });
});

test("a worktree of the workspace's own repository is left out, another repository is read", async () => {
  await using tree = await makeTree({ "a.ts": "const a = 1;" });
  git(tree.path, "init", "-q");
  git(tree.path, "add", ".");
  git(tree.path, "commit", "-qm", "first");
  git(tree.path, "worktree", "add", "-q", "-b", "inner", ".claude/worktrees/x");
  git(tree.path, "init", "-q", "other");
  await tree.add({ "other/b.ts": "const b = 2;" });
  expect(await verdicts(tree)).toEqual({ ".claude/worktrees/x": "ignored", "a.ts": "taken", "other/b.ts": "taken" });
});
