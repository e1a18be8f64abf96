import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTree, type Tree } from "../../test/fixtures/tree.ts";
import { normaliseRemote } from "./git-facts.ts";
import { defaultCollectionName, describeSource } from "./source-identity.ts";

const machine = { id: "machine-1", name: "desk" };

function git(tree: Tree, directory: string, ...args: string[]): string {
  const env = {
    PATH: process.env["PATH"],
    HOME: tree.path,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@b",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@b",
  };
  return execFileSync("git", ["-C", join(tree.path, directory), ...args], { env, encoding: "utf8" }).trim();
}

test("a worktree has its own source and branch, and shares the repository and the collection", async () => {
  await using tree = await makeTree({ "main/a.ts": "1", "main/frontend/b.ts": "1" });
  git(tree, "main", "init", "-q", "-b", "trunk");
  git(tree, "main", "add", ".");
  git(tree, "main", "commit", "-qm", "first");
  git(tree, "main", "worktree", "add", "-q", "-b", "feature/x", "../tree");
  const commit = git(tree, "main", "rev-parse", "HEAD");
  const [main, worktree, below] = await Promise.all(
    ["main", "tree", "main/frontend"].map(async (name) =>
      describeSource(await tree.open({ directory: join(tree.path, name) }), machine),
    ),
  );
  if (main === undefined || worktree === undefined || below === undefined) throw new Error("three sources");
  expect(main.repository).toMatchObject({ name: "main", branch: "trunk", commit, isWorktree: false, remote: null });
  expect(worktree.repository).toMatchObject({
    name: "main",
    branch: "feature/x",
    commit,
    isWorktree: true,
    id: main.repository?.id,
  });
  expect(new Set([main.key, worktree.key, below.key]).size).toBe(3);
  expect(new Set([main, worktree, below].map(defaultCollectionName)).size).toBe(1);
  git(tree, "main", "pack-refs", "--all");
  git(tree, "main", "checkout", "-q", "--detach");
  expect(
    (await describeSource(await tree.open({ directory: join(tree.path, "tree") }), machine)).repository,
  ).toMatchObject({ commit });
  expect(
    (await describeSource(await tree.open({ directory: join(tree.path, "main") }), machine)).repository,
  ).toMatchObject({ branch: null, commit });
});

test("clones of one remote share a collection; the remote carries no credentials", async () => {
  await using tree = await makeTree({
    "one/.git/HEAD": "ref: refs/heads/main\n",
    "one/.git/config": '[remote "origin"]\n\turl = https://user:s3cret@Example.org/Team/app.git\n',
    "two/.git/HEAD": "ref: refs/heads/main\n",
    "two/.git/config": '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@example.org:Team/app.git\n',
  });
  const sources = await Promise.all(
    ["one", "two"].map(async (name) => describeSource(await tree.open({ directory: join(tree.path, name) }), machine)),
  );
  expect(JSON.stringify(sources)).not.toContain("s3cret");
  expect(new Set(sources.map((source) => source.repository?.id))).toEqual(new Set(["example.org/Team/app"]));
  expect(new Set(sources.map(defaultCollectionName)).size).toBe(1);
  expect(defaultCollectionName(sources[0] ?? fail())).toMatch(/^app-[0-9a-f]{6}$/);
});

test("a clone of a repository on this machine is that repository, also of a bare one and by two steps", async () => {
  await using tree = await makeTree({ "lib/a.ts": "1" });
  git(tree, "lib", "init", "-q");
  git(tree, "lib", "add", ".");
  git(tree, "lib", "commit", "-qm", "first");
  git(tree, ".", "clone", "-q", "lib", "copy");
  git(tree, ".", "clone", "-q", "--bare", "copy", "bare.git");
  git(tree, ".", "clone", "-q", `file://${tree.path}/bare.git`, "bare-copy");
  git(tree, ".", "clone", "-q", "copy", "copy-of-copy");
  const names = ["lib", "copy", "bare-copy", "copy-of-copy"];
  const sources = await Promise.all(
    names.map(async (name) => describeSource(await tree.open({ directory: join(tree.path, name) }), machine)),
  );
  expect(new Set(sources.map(({ repository }) => repository?.id)).size).toBe(1);
  expect(new Set(sources.map(defaultCollectionName)).size).toBe(1);
  git(tree, "lib", "remote", "add", "origin", "https://example.com/ann/lib.git");
  const copy = await describeSource(await tree.open({ directory: join(tree.path, "copy") }), machine);
  expect(copy.repository?.id).toBe("example.com/ann/lib");
});

test("directories of one name on two paths or two machines have different keys and collections", async () => {
  await using tree = await makeTree();
  await mkdir(join(tree.path, "x/naïve app"), { recursive: true });
  await mkdir(join(tree.path, "y/naïve app"), { recursive: true });
  const [x, y] = await Promise.all(
    ["x", "y"].map((name) => tree.open({ directory: join(tree.path, name, "naïve app") })),
  );
  const sources = await Promise.all([
    describeSource(x ?? fail(), machine),
    describeSource(y ?? fail(), machine),
    describeSource(x ?? fail(), { id: "other", name: "desk" }),
  ]);
  expect(new Set(sources.map((source) => source.key)).size).toBe(3);
  expect(new Set(sources.map(defaultCollectionName)).size).toBe(3);
  expect(sources[0]?.key).toMatch(/^ws-[0-9a-f]{16}$/);
  expect(defaultCollectionName(sources[0] ?? fail())).toMatch(/^naive-app-[0-9a-f]{6}$/);
});

test("in a container the host's path is the identity", async () => {
  await using tree = await makeTree({ ".git/HEAD": "ref: refs/heads/main\n" });
  const contained = await describeSource(await tree.open({ hostPath: "/home/someone/webapp" }), machine);
  expect(contained).toMatchObject({ path: "/home/someone/webapp", name: "webapp", repository: { name: "webapp" } });
  await using elsewhere = await makeTree({ ".git/HEAD": "ref: refs/heads/main\n" });
  expect(await describeSource(await elsewhere.open({ hostPath: "/home/someone/webapp" }), machine)).toEqual(contained);
});

test.each([
  ["https://github.com/o/n.git", "github.com/o/n"],
  ["https://token@github.com/o/n/", "github.com/o/n"],
  ["ssh://git@Host.example:2222/o/n.git", "host.example/o/n"],
  ["git@host.example:o/n", "host.example/o/n"],
  ["git://host/o/n.git?x=1", "host/o/n"],
  ["/srv/git/n.git", "local/srv/git/n"],
  ["file:///srv/git/n.git", "local/srv/git/n"],
])("the remote %s is %s", (url, expected) => expect(normaliseRemote(url)).toBe(expected));

function fail(): never {
  throw new Error("missing");
}
