import { execFileSync } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runGit } from "../../test/fixtures/git-repository.ts";
import { makeTree, type Tree } from "../../test/fixtures/tree.ts";
import { openLastCommit } from "./git-changes.ts";
import { findGitPlace, readGitFacts } from "./git-facts.ts";
import { scanWorkspace } from "./scanner.ts";
import { describeSource } from "./source-identity.ts";
import type { Workspace } from "./workspace.ts";

const machine = { id: "m", name: "host" };

/** A workspace `inner` beside a repository `private` with one committed file. */
async function besidePrivateRepository(): Promise<{ tree: Tree; inner: string; workspace: Workspace }> {
  const tree = await makeTree({
    "inner/a.ts": "one\ntwo\nthree\n",
    "private/a.ts": "one\nstolen words\nthree\n",
    "private/stolen-name.ts": "stolen words\n",
  });
  const repository = join(tree.path, "private");
  runGit(repository, "init", "-q", "-b", "main");
  runGit(repository, "remote", "add", "origin", "https://ann:stolen-token@example.org/ann/private.git");
  runGit(repository, "add", ".");
  runGit(repository, "commit", "-q", "-m", "stolen message");
  const inner = join(tree.path, "inner");
  return { tree, inner, workspace: await tree.open({ directory: inner }) };
}

/** All that a session can get to know of the workspace and its git. */
async function allKnown(workspace: Workspace): Promise<string> {
  const known: unknown[] = [];
  for await (const entry of scanWorkspace(workspace, { directory: "", recursive: true })) known.push(entry);
  known.push(await describeSource(workspace, machine));
  try {
    const commit = await openLastCommit(workspace);
    for (const path of ["a.ts", "stolen-name.ts"])
      try {
        known.push(commit.changeOf(path, 1_000_000));
      } catch (error) {
        known.push(String(error).replaceAll("stolen-name.ts", ""));
      }
    commit.close();
  } catch (error) {
    known.push(String(error));
  }
  return JSON.stringify(known);
}

describe("a workspace whose git leads elsewhere", () => {
  test.each(["../private/.git", "a link"])(
    "by %s tells that repository's branch and name, and no text",
    async (form) => {
      const { tree, inner, workspace } = await besidePrivateRepository();
      await using _ = tree;
      if (form === "a link") await symlink("../private/.git", join(inner, ".git"));
      else await writeFile(join(inner, ".git"), `gitdir: ${form}\n`);
      const known = await allKnown(workspace);
      expect(known).not.toMatch(/stolen/);
      expect(known).toContain("example.org/ann/private");
      expect(known).toContain('"kind":"lines"');
    },
  );

  test("by alternates has that repository's objects to compare with, and no text of them", async () => {
    const { tree, workspace } = await besidePrivateRepository();
    await using _ = tree;
    const commit = runGit(join(tree.path, "private"), "rev-parse", "HEAD").trim();
    await tree.add({
      "inner/.git/HEAD": `${commit}\n`,
      "inner/.git/config": "[core]\n",
      "inner/.git/objects/info/alternates": "../../../private/.git/objects\n/dev\n/proc/self/fd\n",
    });
    const known = await allKnown(workspace);
    expect(known).not.toMatch(/stolen/);
    expect(known).toContain('"kind":"lines"');
  });

  test("by its rules reads them as rules, and says nothing of what stands in them", async () => {
    const { tree, workspace } = await besidePrivateRepository();
    await using _ = tree;
    await tree.add({
      "notes.txt": "stolen line one\nstolen line two\n",
      "inner/.git/HEAD": "ref: refs/heads/main\n",
      "inner/.git/config": `[core]\n\texcludesFile = ${join(tree.path, "notes.txt")}\n[include]\n\tpath = ${join(tree.path, "notes.txt")}\n`,
    });
    expect(await allKnown(workspace)).not.toMatch(/stolen/);
  });

  test.skipIf(process.platform === "win32")(
    "by pipes, devices and circles ends soon, as if it were not there",
    async () => {
      const { tree, inner, workspace } = await besidePrivateRepository();
      await using _ = tree;
      const git = join(inner, ".git");
      for (const target of ["/dev/zero", "/proc/self/fd", ".git", "../".repeat(3_000), "/dev/tty", "a\0b"]) {
        await writeFile(git, `gitdir: ${target}\n`);
        expect({ target, place: await findGitPlace(inner) }).toEqual({ target, place: null });
      }
      await rm(git);
      execFileSync("mkfifo", [git]);
      expect(await findGitPlace(inner)).toBeNull();
      await rm(git);
      await mkdir(join(git, "objects", "info"), { recursive: true });
      await mkdir(join(git, "objects", "pack"));
      await mkdir(join(git, "info"));
      await writeFile(join(git, "HEAD"), `${"0".repeat(40)}\n`);
      await writeFile(
        join(git, "config"),
        `[include]\n\tpath = config\n\tpath = /dev/zero\n[core]\n\texcludesFile = /dev/zero\n`,
      );
      for (const name of ["index", "packed-refs", "info/exclude", "objects/info/alternates", "objects/pack/a.pack"])
        await symlink("/dev/zero", join(git, name));
      execFileSync("mkfifo", [join(git, "objects", "pack", "a.idx"), join(git, "info", "attributes")]);
      const place = await findGitPlace(inner);
      expect(place === null ? null : await readGitFacts(place)).toMatchObject({ branch: null, remoteUrl: null });
      expect(await allKnown(workspace)).toContain("a.ts");
    },
  );

  test("a HEAD or reference that is a link to another file shows nothing of it", async () => {
    const { tree, inner, workspace } = await besidePrivateRepository();
    await using _ = tree;
    await tree.add({ "inner/.git/config": "", "secret.txt": "stolen words\n" });
    await symlink(join(tree.path, "secret.txt"), join(inner, ".git", "HEAD"));
    expect(await allKnown(workspace)).not.toMatch(/stolen/);
    await rm(join(inner, ".git", "HEAD"));
    await writeFile(join(inner, ".git", "HEAD"), "ref: refs/heads/../../../../secret.txt\n");
    expect(await allKnown(workspace)).not.toMatch(/stolen/);
  });
});
