import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { follow, has, looks } from "../../test/fixtures/followed-folder.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import { nodeWatchSystem, type WatchSystem } from "./watch-system.ts";

// "tree" is what macOS and Windows offer; elsewhere Node emulates it.
const modes = ["each", "tree"] as const;
test.for(modes)("created, edited and deleted files are named (%s)", async (mode) => {
  await using followed = await follow(await makeTree({ "src/old.ts": "1", "src/edited.ts": "1", "top.ts": "1" }), {
    mode,
  });
  await followed.tree.add({ "src/new.ts": "1", "src/edited.ts": "2" });
  await rm(join(followed.tree.path, "src/old.ts"));
  await followed.tree.add({ "top.ts": "2" });
  await followed.until(() => new Set(followed.named()).size >= 4);
  expect(new Set(followed.named())).toEqual(new Set(["src/new.ts", "src/edited.ts", "src/old.ts", "top.ts"]));
  expect(followed.states).toEqual([{ kind: "watching" }]);
});

test("a moved file is named under both names, one replaced by a link under its own", async () => {
  await using followed = await follow(await makeTree({ "a.ts": "1", "c.ts": "1" }));
  await rename(join(followed.tree.path, "a.ts"), join(followed.tree.path, "b.ts"));
  await rm(join(followed.tree.path, "c.ts"));
  await symlink("b.ts", join(followed.tree.path, "c.ts"));
  await followed.until(() => new Set(followed.named()).size >= 3);
  expect(new Set(followed.named())).toEqual(new Set(["a.ts", "b.ts", "c.ts"]));
});

test.for(modes)("files in a new directory are named, whenever they were written (%s)", async (mode) => {
  await using followed = await follow(await makeTree({ "a.ts": "1" }), { mode });
  await followed.tree.add({ "new/deep/er/one.ts": "1", "new/two.ts": "2" });
  await followed.until(() => has(followed, "new/deep/er/one.ts")() && has(followed, "new/two.ts")());
  await followed.tree.add({ "new/deep/er/later.ts": "1" });
  await followed.until(has(followed, "new/deep/er/later.ts"));
  expect(looks(followed)).toEqual([]);
  expect(followed.named()).not.toContain("new");
});

test("a directory that is moved in is named file by file and then watched", async () => {
  await using outside = await makeTree({ "box/in/a.ts": "1" });
  await using followed = await follow(await makeTree({ "a.ts": "1" }));
  await rename(join(outside.path, "box"), join(followed.tree.path, "box"));
  await followed.until(has(followed, "box/in/a.ts"));
  await followed.tree.add({ "box/in/b.ts": "1" });
  await followed.until(has(followed, "box/in/b.ts"));
  expect(looks(followed)).toEqual([]);
});

test.for(modes)("a directory that goes asks for a look at the folder (%s)", async (mode) => {
  await using outside = await makeTree();
  await using followed = await follow(await makeTree({ "a/b/c.ts": "1", "d.ts": "1" }), { mode });
  await rename(join(followed.tree.path, "a"), join(outside.path, "a"));
  await followed.until(() => looks(followed).length > 0);
  expect(followed.batches).toEqual([{ kind: "folder", why: "directory-gone" }]);
  expect(followed.watcher.directories).toBe(1);
});

test("a directory that is renamed is followed under its new name", async () => {
  await using followed = await follow(await makeTree({ "a/b/c.ts": "1" }));
  await rename(join(followed.tree.path, "a"), join(followed.tree.path, "z"));
  await followed.until(() => looks(followed).length > 0 && followed.watcher.directories === 3);
  await followed.tree.add({ "z/b/new.ts": "1" });
  await followed.until(has(followed, "z/b/new.ts"));
  expect(followed.named()).not.toContain("a/b/new.ts");
});

test("a directory that is deleted and made again is watched again", async () => {
  await using followed = await follow(await makeTree({ "a/x.ts": "1" }));
  await rm(join(followed.tree.path, "a"), { recursive: true });
  await followed.tree.add({ "a/y.ts": "1" });
  await followed.until(() => has(followed, "a/y.ts")() || has(followed, "(directory-gone)")());
  await followed.until(() => followed.watcher.directories === 2);
  followed.batches.length = 0;
  await followed.tree.add({ "a/z.ts": "1" });
  await followed.until(() => has(followed, "a/z.ts")() || has(followed, "(directory-gone)")());
  expect(followed.states).toEqual([{ kind: "watching" }]);
});

test("ignored directories are not watched and ignored files not named", async () => {
  await using followed = await follow(
    await makeTree({
      ".gitignore": "*.log\nprivate/\n",
      "node_modules/x/a.js": "1",
      "private/a.ts": "1",
      ".git/HEAD": "x",
      "a/b.ts": "1",
    }),
  );
  expect(followed.watcher.directories).toBe(2);
  await followed.tree.add({ "node_modules/x/b.js": "1", "private/b.ts": "1", "a/x.log": "1", ".git/index": "1" });
  await mkdir(join(followed.tree.path, "a/node_modules/y"), { recursive: true });
  await followed.tree.add({ "a/last.ts": "1" });
  await followed.until(has(followed, "a/last.ts"));
  expect(followed.named().filter((name) => name !== "a/last.ts")).toEqual([]);
  expect(followed.watcher.directories).toBe(2);
});

test.for(modes)("a change of the ignore rules changes what is watched (%s)", async (mode) => {
  await using followed = await follow(await makeTree({ "a/x.ts": "1", "b/x.ts": "1" }), { mode });
  await followed.tree.add({ "a/.gitignore": "*\n", ".commonsignore": "b/\n" });
  await followed.until(() => has(followed, "(rules-changed)")() && followed.watcher.directories === 2);
  followed.batches.length = 0;
  await followed.tree.add({ "b/y.ts": "1", "a/y.ts": "1", "c.ts": "1" });
  await followed.until(has(followed, "c.ts"));
  expect(new Set(followed.named())).toEqual(new Set(["c.ts"]));
  await rm(join(followed.tree.path, ".commonsignore"));
  await followed.until(() => followed.watcher.directories === 3);
  await followed.tree.add({ "b/z.ts": "1" });
  await followed.until(has(followed, "b/z.ts"));
});

test("rule files above the folder count too", async () => {
  await using followed = await follow(await makeTree({ "docs/a/x.md": "1" }), { directory: "docs" });
  await followed.tree.add({ ".gitignore": "a/\n" });
  await followed.until(() => has(followed, "(rules-changed)")() && followed.watcher.directories === 1);
  await followed.tree.add({ "other.md": "1", "docs/y.md": "1" });
  await followed.until(has(followed, "docs/y.md"));
  expect(followed.named()).not.toContain("other.md");
});

test("an ignored folder is not watched until the rules take it in", async () => {
  await using followed = await follow(await makeTree({ ".commonsignore": "docs/\n", "docs/a/x.md": "1" }), {
    directory: "docs",
  });
  expect(followed.watcher.directories).toBe(0);
  await rm(join(followed.tree.path, ".commonsignore"));
  await followed.until(() => followed.watcher.directories === 2);
  await followed.tree.add({ "docs/a/y.md": "1" });
  await followed.until(has(followed, "docs/a/y.md"));
});

test("git init changes the rules", async () => {
  await using followed = await follow(await makeTree({ "dist/a.ts": "1" }));
  expect(followed.watcher.directories).toBe(1);
  await followed.tree.add({ ".git/HEAD": "ref: refs/heads/main" });
  await followed.until(() => has(followed, "(rules-changed)")() && followed.watcher.directories === 2);
});

test("without recursion only the folder's own files are named", async () => {
  await using followed = await follow(await makeTree({ "a/x.ts": "1" }), { recursive: false });
  await followed.tree.add({ "a/y.ts": "1", "b/z.ts": "1", "top.ts": "1" });
  await followed.until(has(followed, "top.ts"));
  expect(new Set(followed.named())).toEqual(new Set(["top.ts"]));
  expect(followed.watcher.directories).toBe(1);
});

test("one batch is handed out at a time, and what happens meanwhile comes in the next", async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  let atOnce = 0;
  let most = 0;
  await using followed = await follow(await makeTree(), {
    onChange: async () => {
      most = Math.max(most, ++atOnce);
      await held;
      atOnce--;
    },
  });
  await followed.tree.add({ "first.ts": "1" });
  await followed.until(has(followed, "first.ts"));
  await followed.tree.add({ "second.ts": "1", "third.ts": "1" });
  expect(followed.batches).toHaveLength(1);
  release();
  await followed.until(() => has(followed, "second.ts")() && has(followed, "third.ts")());
  expect(most).toBe(1);
});

test("a batch that was not taken comes again as a look at the folder", async () => {
  let calls = 0;
  await using followed = await follow(await makeTree(), {
    onChange: () => (calls++ === 0 ? Promise.reject(new Error("no hub")) : Promise.resolve()),
  });
  await followed.tree.add({ "a.ts": "1" });
  await followed.until(() => followed.batches.length > 1);
  expect(followed.batches[1]).toEqual({ kind: "folder", why: "retry" });
});

test.for(["ENOSPC", "EMFILE"])("where the system refuses a watch with %s the folder is polled", async (code) => {
  const open = new Set<object>();
  const system: WatchSystem = (...call) => {
    if (open.size >= 3) throw Object.assign(new Error("no more watches"), { code });
    const watch = nodeWatchSystem(...call);
    open.add(watch);
    watch.on("close", () => open.delete(watch));
    return watch;
  };
  await using followed = await follow(await makeTree({ "a/b/c/d/e/f.ts": "1" }), { system, tuning: { pollMs: 20 } });
  expect(followed.states).toEqual([{ kind: "polling", reason: expect.stringContaining("limit") }]);
  await followed.until(() => followed.batches.length >= 3);
  expect(new Set(followed.named())).toEqual(new Set(["(polling)"]));
  expect(followed.watcher.directories).toBe(0);
  await followed.until(() => open.size === 0);
});

test("a folder with too many directories is polled", async () => {
  await using followed = await follow(await makeTree({ "a/b/c/d/e.ts": "1" }), {
    tuning: { maxDirectories: 3, pollMs: 20 },
  });
  expect(followed.watcher.state).toEqual({ kind: "polling", reason: "There are more than 3 directories to watch." });
  await followed.until(() => looks(followed).length > 0);
});

test("lost events end in a look at the folder and a new walk", async () => {
  let tell: Parameters<WatchSystem>[2] = () => undefined;
  const system: WatchSystem = (path, options, onEvent) => {
    tell = onEvent;
    // The events of this watch are lost.
    return nodeWatchSystem(path, options, () => undefined);
  };
  await using followed = await follow(await makeTree({ "a.ts": "1" }), { system });
  await followed.tree.add({ "new/b.ts": "1" });
  tell("rename", null);
  await followed.until(has(followed, "(overflow)"));
  expect(followed.watcher.directories).toBe(2);
});

test("a folder that is moved away is gone; when one is there again the watch goes on", async () => {
  await using followed = await follow(await makeTree({ "docs/a.md": "1" }), { directory: "docs" });
  const docs = join(followed.tree.path, "docs");
  await rename(docs, join(followed.tree.path, "elsewhere"));
  await followed.until(() => followed.watcher.state.kind === "gone");
  expect(followed.watcher.directories).toBe(0);
  await followed.tree.add({ "docs/b/c.md": "1" });
  await followed.until(has(followed, "(back)"));
  expect(followed.states.map(({ kind }) => kind)).toEqual(["watching", "gone", "watching"]);
  await followed.tree.add({ "docs/b/d.md": "1" });
  await followed.until(has(followed, "docs/b/d.md"));
});

test("the root's own end is noticed", async () => {
  await using followed = await follow(await makeTree({ "a/b.ts": "1" }));
  await rm(followed.tree.path, { recursive: true });
  await followed.until(() => followed.watcher.state.kind === "gone");
  expect(followed.watcher.directories).toBe(0);
});

test("a folder that another one replaces is walked anew", async () => {
  await using followed = await follow(await makeTree({ "docs/a.md": "1", "next/b/c.md": "1" }), { directory: "docs" });
  await rename(join(followed.tree.path, "docs"), join(followed.tree.path, "old"));
  await rename(join(followed.tree.path, "next"), join(followed.tree.path, "docs"));
  await followed.until(() => looks(followed).length > 0 && followed.watcher.directories === 2);
  await followed.tree.add({ "docs/b/d.md": "1" });
  await followed.until(has(followed, "docs/b/d.md"));
  expect(followed.watcher.state).toEqual({ kind: "watching" });
});

test("a folder that is not there yet is gone until it comes", async () => {
  await using followed = await follow(await makeTree({ docs: "a file" }), { directory: "docs" });
  expect(followed.watcher.state).toEqual({ kind: "gone" });
  await rm(join(followed.tree.path, "docs"));
  await followed.tree.add({ "docs/a.md": "1" });
  await followed.until(has(followed, "(back)"));
  expect(followed.watcher.directories).toBe(1);
});

test("after close nothing is watched and nothing handed out", async () => {
  const closed: Promise<void>[] = [];
  const system: WatchSystem = (...call) => {
    const watch = nodeWatchSystem(...call);
    closed.push(new Promise((resolve) => void watch.on("close", resolve)));
    return watch;
  };
  await using followed = await follow(await makeTree({ "a/b.ts": "1" }), { system, directory: "a" });
  await followed.tree.add({ "a/c.ts": "1" });
  followed.watcher.close();
  await Promise.all(closed);
  expect(closed.length).toBe(2);
  expect(followed.batches).toEqual([]);
  expect(followed.watcher.directories).toBe(0);
});
