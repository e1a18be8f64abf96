import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTree, type Tree } from "../../test/fixtures/tree.ts";
import { rootRules } from "./ignore-rules.ts";
import { scanWorkspace } from "./scanner.ts";
import { createSkipCheck } from "./skip-check.ts";
import { isSecretName, isSecretText } from "./secret-names.ts";

async function takenFiles(tree: Tree, directory = tree.path): Promise<string[]> {
  const workspace = await tree.open({ directory });
  const paths: string[] = [];
  for await (const entry of scanWorkspace(workspace, { directory: "", recursive: true }))
    if (entry.kind === "file") paths.push(entry.path);
  return paths.toSorted();
}

function git(tree: Tree, ...args: string[]): string {
  const env = { PATH: process.env["PATH"], HOME: tree.path, GIT_CONFIG_NOSYSTEM: "1" };
  return execFileSync("git", ["-C", tree.path, ...args], { env, encoding: "utf8" });
}

const nested = {
  ".gitignore":
    "*.log\n!keep.log\n/only-root.txt\nbuild/\ndocs/*.tmp\n**/deep/**/x.js\n# comment\n\n\\#hash\n\\!bang\ntrailing \n[a-c].dat\nfoo/*\n!foo/bar\n",
  "a.log": "1",
  "keep.log": "1",
  "only-root.txt": "1",
  "sub/only-root.txt": "1",
  "build/x.js": "1",
  "sub/build/x.js": "1",
  "docs/a.tmp": "1",
  "docs/sub/a.tmp": "1",
  "deep/x.js": "1",
  "q/deep/r/s/x.js": "1",
  "#hash": "1",
  "!bang": "1",
  trailing: "1",
  "a.dat": "1",
  "d.dat": "1",
  "foo/bar/x": "1",
  "foo/baz": "1",
  "sub/.gitignore": "!*.log\nlocal.txt\n/anchored.txt\n!build/\nx/y.txt\n",
  "sub/a.log": "1",
  "sub/local.txt": "1",
  "sub/deeper/local.txt": "1",
  "sub/anchored.txt": "1",
  "sub/deeper/anchored.txt": "1",
  "sub/x/y.txt": "1",
  "sub/deeper/x/y.txt": "1",
  "local.txt": "1",
  "odd [name]*/.gitignore": "z.txt\n!a.log\n",
  "odd [name]*/z.txt": "1",
  "odd [name]*/a.log": "1",
  "odd [name]*/b.log": "1",
};

test("nested rules, negations and anchors mean what git means by them", async () => {
  await using tree = await makeTree(nested);
  git(tree, "init", "-q");
  const expected = git(tree, "ls-files", "-z", "--others", "--exclude-standard").split("\0").filter(Boolean).toSorted();
  expect(expected).toContain("sub/build/x.js");
  expect(await takenFiles(tree)).toEqual(expected);
});

test("rules of a repository hold in a workspace below its top, and so does .git/info/exclude", async () => {
  await using tree = await makeTree({
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/info/exclude": "excluded.txt\n",
    ".gitignore": "*.tmp\n/app/gen/\n/other.ts\n",
    "app/a.ts": "1",
    "app/a.tmp": "1",
    "app/gen/b.ts": "1",
    "app/other.ts": "1",
    "app/excluded.txt": "1",
    "app/dist/c.ts": "1",
  });
  expect(await takenFiles(tree, join(tree.path, "app"))).toEqual(["a.ts", "dist/c.ts", "other.ts"]);
});

test("a .commonsignore above the workspace holds as a .gitignore there does, and a deeper one counts more", async () => {
  await using tree = await makeTree({
    ".git/HEAD": "ref: refs/heads/main\n",
    ".gitignore": "*.tmp\n",
    ".commonsignore": "*.md\n/app/gen/\n!keep.tmp\n",
    "app/.commonsignore": "!own.md\n",
    "app/a.ts": "1",
    "app/a.md": "1",
    "app/own.md": "1",
    "app/keep.tmp": "1",
    "app/gen/b.ts": "1",
  });
  expect(await takenFiles(tree, join(tree.path, "app"))).toEqual([".commonsignore", "a.ts", "keep.tmp", "own.md"]);
});

test("a rule file of 100,000 lines holds, and one that is too large for that is named as left out", async () => {
  const lines = (count: number): string => Array.from({ length: count }, (_, n) => `/data/item-${n}.bin\n`).join("");
  await using tree = await makeTree({
    ".gitignore": lines(100_000),
    "data/item-99999.bin": "1",
    "data/a.ts": "1",
    "sub/.gitignore": `${lines(200_000)}*.ts\n`,
    "sub/a.ts": "1",
    "long/.gitignore": `#${"x".repeat(8_000_000)}\n*.ts\n`,
    "long/a.ts": "1",
  });
  expect(await takenFiles(tree)).toEqual([".gitignore", "data/a.ts", "long/a.ts", "sub/a.ts"]);
  const skipReason = createSkipCheck(await tree.open());
  expect(await skipReason("data/item-99999.bin")).toBe("ignored");
  for (const path of ["sub/.gitignore", "long/.gitignore"]) expect(await skipReason(path)).toBe("too-large");
});

test("an ignored directory that is itself the workspace is read", async () => {
  await using tree = await makeTree({
    ".git/HEAD": "ref: refs/heads/main\n",
    ".gitignore": "scratch/\n",
    "scratch/a.ts": "1",
  });
  expect(await takenFiles(tree, join(tree.path, "scratch"))).toEqual(["a.ts"]);
});

test(".commonsignore leaves out and takes in what .gitignore and the built-in rules say otherwise", async () => {
  await using tree = await makeTree({
    ".commonsignore": "drafts/\n!package-lock.json\n!gen.ts\n",
    ".gitignore": "gen.ts\n",
    "drafts/a.md": "1",
    "package-lock.json": "{}",
    "gen.ts": "1",
    "yarn.lock": "1",
  });
  expect(await takenFiles(tree)).toEqual([".commonsignore", ".gitignore", "gen.ts", "package-lock.json"]);
});

test("names that resemble ignored ones stay", async () => {
  const stays = [
    "dialogs/a.ts",
    "blogs/a.ts",
    ".github/workflows/ci.yml",
    "distance/a.ts",
    "src/log/a.ts",
    "builder/a.ts",
    "src/bin/a.ts",
    "vendor/a.go",
    "lock.ts",
    "target.rs",
  ];
  await using tree = await makeTree(Object.fromEntries(stays.map((path) => [path, "1"])));
  expect(await takenFiles(tree)).toEqual(stays.toSorted());
});

test("build output is left out where there is no repository, and is up to .gitignore where there is one", async () => {
  await using tree = await makeTree({ "dist/a.js": "1", "node_modules/x/i.js": "1", "a.min.js": "1", "src/a.js": "1" });
  expect(await takenFiles(tree)).toEqual(["src/a.js"]);
  await tree.add({ ".git/HEAD": "ref: refs/heads/main\n" });
  expect(await takenFiles(tree)).toEqual(["dist/a.js", "src/a.js"]);
});

test("a rule file that is a directory or a link out is passed over", async () => {
  await using tree = await makeTree({ "a.ts": "1" });
  await mkdir(join(tree.path, ".gitignore"));
  const rules = await rootRules(await tree.open());
  expect(rules.reasonToSkip("a.ts", false)).toBeNull();
});

test.each([
  ".env",
  ".env.local",
  ".ENV",
  "prod.env",
  "id_rsa",
  "id_ed25519.bak",
  "server.pem",
  "tls.key",
  ".netrc",
  "credentials",
  "credentials.json",
  "secrets.yaml",
  "store.p12",
  ".pgpass",
  "prod.tfvars",
  "service-account-x.json",
])("%s counts as a secret", (name) => expect(isSecretName(name)).toBe(true));

test.each([
  ".env.example",
  ".env.sample",
  "env.ts",
  "id_rsa.pub",
  "keyboard.ts",
  "secrets.ts",
  "credentials.test.ts",
  "environment.md",
  "key.go",
  ".npmrc",
  "monkey.py",
])("%s is no secret by its name", (name) => expect(isSecretName(name)).toBe(false));

test("content gives a secret away where the name does not", () => {
  expect(isSecretText(".npmrc", "registry=https://r/\n//r/:_authToken=abc")).toBe(true);
  expect(isSecretText(".npmrc", "//r/:_authToken=${NPM_TOKEN}\nfund=false")).toBe(false);
  expect(isSecretText("notes.txt", "-----BEGIN OPENSSH PRIVATE KEY-----\nabc")).toBe(true);
  expect(
    isSecretText("notes.txt", `-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n${"text ".repeat(90)}`),
  ).toBe(false);
  expect(isSecretText("notes.txt", "how to make a PRIVATE KEY")).toBe(false);
});
