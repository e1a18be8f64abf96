import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readBeside } from "./read-beside.ts";

let directory: string;
beforeEach(async () => (directory = await realpath(await mkdtemp(join(tmpdir(), "commons beside ")))));
afterEach(() => rm(directory, { recursive: true, force: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
}

const repository = {
  "main/.git/HEAD": "ref: refs/heads/main\n",
  "main/.git/objects/.keep": "",
  "main/.git/config": "",
};
const beside = (workspace: string) => readBeside(join(directory, workspace), join(directory, "config"));

it("a workspace with its own repository needs nothing beside it", async () => {
  await write(repository);
  expect(await beside("main")).toEqual([]);
});

it("a directory within a repository and a worktree get the repository, and the person's ignore rules", async () => {
  await write({
    ...repository,
    "main/deep/a.ts": "",
    "main/.git/worktrees/tree/HEAD": "ref: refs/heads/other\n",
    "main/.git/worktrees/tree/commondir": "../..\n",
    "tree/.git": `gitdir: ${directory}/main/.git/worktrees/tree\n`,
    "config/git/ignore": "*.log\n",
  });
  const wanted = [join(directory, "main/.git"), join(directory, "config/git/ignore")];
  expect(await beside("main/deep")).toEqual(wanted);
  expect(await beside("tree")).toEqual(wanted);
});

it("a hostile .git hands in no directory that git did not make", async () => {
  await write({ "secrets/HEAD": "x", "secrets/key": "s3cret", "app/.git": `gitdir: ${directory}/secrets\n` });
  expect(await beside("app")).toEqual([]);
});
