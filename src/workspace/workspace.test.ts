import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import { CommonsError } from "../core/errors.ts";
import { openWorkspace } from "./workspace.ts";

const outside = { code: "PATH_OUTSIDE_WORKSPACE" };
const codeOf = (thrown: unknown): unknown => (thrown instanceof CommonsError ? thrown.code : thrown);

test("relative, absolute and /workspace paths mean the same file", async () => {
  await using tree = await makeTree({ "src/a.ts": "x" });
  const workspace = await tree.open();
  for (const input of [
    "src/a.ts",
    "./src/../src/a.ts",
    join(tree.path, "src/a.ts"),
    "/workspace/src/a.ts",
    "/workspace/./src/a.ts",
  ]) {
    expect(await workspace.resolve(input)).toEqual({
      absolute: join(tree.path, "src/a.ts"),
      relative: "src/a.ts",
      kind: "file",
      root: tree.path,
    });
  }
  for (const input of [".", "/workspace", "/workspace/", tree.path]) {
    expect(await workspace.resolve(input)).toMatchObject({ relative: "", kind: "directory" });
  }
});

test("paths that lead out are refused and named, whether they exist or not", async () => {
  await using tree = await makeTree({ "inner/a.ts": "x", "inner-neighbour/b.ts": "x" });
  const workspace = await tree.open({ directory: join(tree.path, "inner") });
  const inputs = [
    "..",
    "../inner-neighbour/b.ts",
    "../no-such",
    "/etc/passwd",
    "/no/such/file",
    join(tree.path, "inner-neighbour"),
    join(tree.path, "inner-neighbour/missing"),
    "/workspace/../etc/passwd",
    "/workspace/../../etc",
    "/workspaces/a.ts",
    "src/../../../etc/passwd",
  ];
  for (const input of inputs) {
    const thrown = await workspace.resolve(input).catch((error: unknown) => error);
    expect({ input, thrown }).toMatchObject({ input, thrown: outside });
    expect(String(thrown)).toContain(workspace.root);
  }
});

test("links that lead out are refused: to a file, to a directory, and to nothing", async () => {
  await using tree = await makeTree({ "inner/a.ts": "x", "secret/key.txt": "x" });
  const inner = join(tree.path, "inner");
  await symlink(join(tree.path, "secret/key.txt"), join(inner, "file-link"));
  await symlink("../secret", join(inner, "dir-link"));
  await symlink("../secret/not-yet", join(inner, "dangling"));
  const workspace = await tree.open({ directory: inner });
  for (const input of ["file-link", "dir-link", "dir-link/key.txt", "dir-link/missing", "dangling"]) {
    expect(await workspace.resolve(input).catch(codeOf)).toBe(outside.code);
  }
});

test("a link that stays inside is followed to its real path", async () => {
  await using tree = await makeTree({ "src/a.ts": "x" });
  await symlink("src", join(tree.path, "link"));
  await symlink("loop", join(tree.path, "loop"));
  const workspace = await tree.open();
  expect(await workspace.resolve("link/a.ts")).toMatchObject({ relative: "src/a.ts" });
  await expect(workspace.resolve("loop")).rejects.toMatchObject({ code: "PATH_NOT_FOUND" });
});

test("URLs, NUL characters and nothing at all are no paths", async () => {
  await using tree = await makeTree({ "a.ts": "x" });
  const workspace = await tree.open();
  for (const input of [
    pathToFileURL(join(tree.path, "a.ts")).href,
    "file:a.ts",
    "https://example.org/a",
    "a.ts\0.md",
    "",
  ]) {
    expect(await workspace.resolve(input).catch(codeOf)).toBe("INPUT_INVALID");
  }
});

test("a mistyped path names its nearest neighbours", async () => {
  await using tree = await makeTree({ "src/components/button.tsx": "x" });
  const workspace = await tree.open();
  await expect(workspace.resolve("src/components/buton.tsx")).rejects.toMatchObject({
    code: "PATH_NOT_FOUND",
    details: { nearest: ["src/components/button.tsx"] },
  });
  await expect(workspace.resolve("src/component/button.tsx")).rejects.toMatchObject({
    details: { nearest: ["src/components"] },
  });
});

test("a workspace that was renamed is said to be gone, and its neighbours are not named", async () => {
  await using tree = await makeTree({ "app/src/a.ts": "x", "app2/a.ts": "x" });
  const workspace = await tree.open({ directory: join(tree.path, "app") });
  await rename(join(tree.path, "app"), join(tree.path, "app3"));
  for (const input of [".", "src/a.ts", "/workspace/a.ts", join(tree.path, "app")]) {
    const thrown = await workspace.resolve(input).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: "WORKSPACE_REFUSED", hint: expect.stringContaining("new place") });
    expect(JSON.stringify(thrown)).not.toMatch(/app[23]/);
  }
  await mkdir(join(tree.path, "app"));
  await expect(workspace.resolve("ap2")).rejects.toMatchObject({ code: "PATH_NOT_FOUND", details: { nearest: [] } });
});

test("the root, the home directory and what is above it are no workspaces", async () => {
  await using tree = await makeTree({ "home/project/a.ts": "x" });
  const home = join(tree.path, "home");
  for (const directory of [
    "/",
    home,
    tree.path,
    dirname(tree.path),
    join(home, "project/a.ts"),
    join(home, "missing"),
  ]) {
    expect({ directory, result: await openWorkspace({ directory, home }).catch(codeOf) }).toEqual({
      directory,
      result: "WORKSPACE_REFUSED",
    });
  }
  expect((await openWorkspace({ directory: join(home, "project"), home })).root).toBe(join(home, "project"));
});

test("an allowed directory is readable, its neighbours are not", async () => {
  await using tree = await makeTree({ "inner/a.ts": "x", "extra/b.ts": "x", "other/c.ts": "x" });
  const workspace = await tree.open({ directory: join(tree.path, "inner"), allow: [join(tree.path, "extra")] });
  expect(await workspace.resolve("../extra/b.ts")).toMatchObject({ relative: "b.ts", root: join(tree.path, "extra") });
  await expect(workspace.resolve("../other/c.ts")).rejects.toMatchObject(outside);
});

test("a file swapped for a link after it was resolved is not opened", async () => {
  await using tree = await makeTree({
    "inner/a.ts": "mine",
    "inner/sub/b.ts": "mine",
    "secret/a.ts": "stolen",
    "secret/b.ts": "stolen",
  });
  const inner = join(tree.path, "inner");
  const workspace = await tree.open({ directory: inner });
  const [a, b] = [await workspace.resolve("a.ts"), await workspace.resolve("sub/b.ts")];
  await rm(a.absolute);
  await symlink(join(tree.path, "secret/a.ts"), a.absolute);
  await rename(join(inner, "sub"), join(inner, "was-sub"));
  await symlink(join(tree.path, "secret"), join(inner, "sub"));
  expect(thrownBy(() => workspace.openInside(a.relative))).toMatchObject(outside);
  expect(thrownBy(() => workspace.openInside(b.relative))).toMatchObject(outside);
  expect(thrownBy(() => workspace.openInside("../secret/a.ts"))).toMatchObject(outside);
});

test("a file swapped for a link to another file of the workspace is not opened either", async () => {
  await using tree = await makeTree({ "a.ts": "text", ".env": "KEY=secret" });
  const workspace = await tree.open();
  await rm(join(tree.path, "a.ts"));
  await symlink(".env", join(tree.path, "a.ts"));
  expect(thrownBy(() => workspace.openInside("a.ts"))).toMatchObject(outside);
});

test.skipIf(process.platform === "win32")("a pipe is refused and never waited for", async () => {
  await using tree = await makeTree();
  execFileSync("mkfifo", [join(tree.path, "pipe")]);
  await mkdir(join(tree.path, "directory"));
  const workspace = await tree.open();
  expect(thrownBy(() => workspace.openInside("pipe"))).toMatchObject({ code: "PATH_WRONG_KIND" });
  expect(thrownBy(() => workspace.openInside("directory"))).toMatchObject({ code: "PATH_WRONG_KIND" });
  await expect(workspace.resolve("pipe")).rejects.toMatchObject({ code: "PATH_WRONG_KIND" });
});

test("an opened file reads as it stands", async () => {
  await using tree = await makeTree({ "a.ts": "content" });
  const handle = (await tree.open()).openInside("a.ts");
  expect(handle.read(0, 100).toString()).toBe("content");
  expect(handle.read(3, 2).toString()).toBe("te");
  handle.close();
});

test("a path that no system can have is refused at once", async () => {
  await using tree = await makeTree();
  await expect((await tree.open()).resolve("a/".repeat(20_000))).rejects.toMatchObject({ code: "INPUT_INVALID" });
});
