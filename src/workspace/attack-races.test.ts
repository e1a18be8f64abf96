import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { whileSwapping } from "../../test/fixtures/swapping.ts";
import { makeTree, type Tree } from "../../test/fixtures/tree.ts";
import { readDocument } from "../reader/read-document.ts";
import { statChecked } from "./checked-file.ts";
import { listChecked } from "./checked-directory.ts";
import { watchFolder } from "./folder-watcher.ts";
import { scanWorkspace } from "./scanner.ts";
import { createSkipCheck } from "./skip-check.ts";
import type { Workspace } from "./workspace.ts";

const swaps = 1_500;
const stolenSize = 7_777;

interface Scene extends AsyncDisposable {
  readonly tree: Tree;
  readonly workspace: Workspace;
  /** Called with what an attempt got to know. */
  readonly check: (seen: unknown) => void;
  /** What of it was of the outside. */
  readonly leaks: string[];
}

/** A directory `sub` of the workspace, and one outside with other names, other bytes and another size. */
async function openScene(): Promise<Scene> {
  const tree = await makeTree({
    "inner/sub/same.ts": "mine",
    "inner/sub/deep/same.ts": "mine",
    "inner/sub/harmless": "mine",
    "inner/kept.ts": "mine",
    "outer/same.ts": "stolen".padEnd(stolenSize),
    "outer/stolen.ts": "stolen",
    "outer/stolen-folder/stolen.ts": "stolen",
    "outer/deep/stolen.ts": "stolen",
    "outer/deep/same.ts": "stolen".padEnd(stolenSize),
    "outer/.env": "stolen",
  });
  const leaks: string[] = [];
  return {
    tree,
    leaks,
    workspace: await tree.open({ directory: join(tree.path, "inner") }),
    check: (seen) => {
      const text = JSON.stringify(seen, (_key, value: unknown) => (typeof value === "bigint" ? Number(value) : value));
      if (/stolen|\.env|7777/.test(text) && leaks.length < 5) leaks.push(text);
    },
    [Symbol.asyncDispose]: () => tree.remove(),
  };
}

const told = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return String(error);
  }
};

describe.skipIf(process.platform === "win32")("while a directory is swapped for a link that leads out", () => {
  const swapped = (scene: Scene) => ({
    target: join(scene.tree.path, "inner/sub"),
    elsewhere: join(scene.tree.path, "outer"),
    swaps,
  });

  test("a scan names nothing of the outside", async () => {
    await using scene = await openScene();
    const { workspace, check } = scene;
    await whileSwapping(swapped(scene), async () => {
      const seen: string[] = [];
      for await (const { path } of scanWorkspace(workspace, { directory: "", recursive: true })) seen.push(path);
      // Beside the swapped directory stand the link and the place where it is put meanwhile.
      check(seen);
    });
    expect(scene.leaks).toEqual([]);
  });

  test("a scan of a slow disk names nothing of the outside", async () => {
    await using scene = await openScene();
    const { workspace, check } = scene;
    await whileSwapping({ ...swapped(scene), swaps: 1_000 }, async () => {
      const seen: string[] = [];
      const options = { directory: "", recursive: true, isSlowDisk: true };
      for await (const { path } of scanWorkspace(workspace, options)) seen.push(path);
      check(seen);
    });
    expect(scene.leaks).toEqual([]);
  });

  test("opening, listing and looking at a file give nothing of the outside", async () => {
    await using scene = await openScene();
    const { workspace, check } = scene;
    await whileSwapping(swapped(scene), async () => {
      for (const path of ["sub/same.ts", "sub/deep/same.ts"]) {
        check(
          told(() => {
            using file = workspace.openInside(path);
            return [file.read(0, 100).toString(), file.stat().size];
          }),
        );
        check(told(() => statChecked(path, workspace.root).size));
      }
      check(await listChecked(join(workspace.root, "sub")).catch(String));
      check(await listChecked(join(workspace.root, "sub/deep")).catch(String));
    });
    expect(scene.leaks).toEqual([]);
  });

  test("a document is read whole or by its name, never from the outside", async () => {
    await using scene = await openScene();
    const limits = { maxFileBytes: 1_000_000, maxDocumentBytes: 1_000_000 };
    await whileSwapping(swapped(scene), async (round) => {
      const request = { root: scene.workspace.root, storedFingerprints: [], limits, includeContent: round % 2 === 0 };
      for (const path of ["sub/same.ts", "sub/deep/same.ts"]) scene.check(await readDocument({ ...request, path }));
    });
    expect(scene.leaks).toEqual([]);
  });

  test("a mistyped path names no neighbours of the outside", async () => {
    await using scene = await openScene();
    await whileSwapping(swapped(scene), async () => {
      const thrown: unknown = await scene.workspace.resolve("sub/stole.ts").catch((error: unknown) => error);
      scene.check(JSON.stringify(thrown).replaceAll("stole.ts", ""));
    });
    expect(scene.leaks).toEqual([]);
  });

  test("what rules say of a path is said without a look outside", async () => {
    await using scene = await openScene();
    await scene.tree.add({ "outer/.commonsignore": "harmless\n", "outer/.gitignore": "harmless\n" });
    const reasons = new Set<unknown>();
    await whileSwapping(swapped(scene), async () => {
      reasons.add(await createSkipCheck(scene.workspace)("sub/harmless"));
    });
    expect([...reasons]).toEqual([null]);
  });

  test("a watch names nothing of the outside", async () => {
    await using scene = await openScene();
    const seen = new Set<string>();
    const watcher = await watchFolder(scene.workspace, {
      directory: "",
      recursive: true,
      onState: () => undefined,
      onChange: async (batch) => {
        if (batch.kind === "paths") for (const path of batch.paths) seen.add(path);
      },
      tuning: { quietMs: 1, latestMs: 5, latestLookMs: 20 },
    });
    await whileSwapping({ ...swapped(scene), swaps: 1_000 }, async (round) => {
      await scene.tree.add({ [`outer/stolen-${round % 20}.ts`]: "stolen" });
      if (round % 50 === 0) watcher.doubt();
    });
    watcher.close();
    scene.check([...seen]);
    expect(scene.leaks).toEqual([]);
  });
});

describe.skipIf(process.platform === "win32")("while a file is swapped for a link", () => {
  test("its content is its own or an error, also where the link stays inside", async () => {
    await using scene = await openScene();
    await scene.tree.add({ "inner/.env": "stolen" });
    for (const elsewhere of [join(scene.tree.path, "outer/same.ts"), ".env"]) {
      const target = join(scene.tree.path, "inner", elsewhere === ".env" ? "kept.ts" : "sub/same.ts");
      await whileSwapping({ target, elsewhere, swaps }, async () => {
        const relative = target.slice(scene.workspace.root.length + 1);
        scene.check(
          told(() => {
            using file = scene.workspace.openInside(relative);
            return file.read(0, 100).toString();
          }),
        );
      });
    }
    expect(scene.leaks).toEqual([]);
  });

  test("a rule file gives its own rules or none", async () => {
    await using scene = await openScene();
    await scene.tree.add({ "inner/.commonsignore": "sub/\n", "outer/rules": "kept.ts\n" });
    const reasons = new Set<unknown>();
    const target = join(scene.workspace.root, ".commonsignore");
    await symlink("nowhere", join(scene.workspace.root, "beside"));
    await whileSwapping({ target, elsewhere: join(scene.tree.path, "outer/rules"), swaps }, async () => {
      reasons.add(await createSkipCheck(scene.workspace)("kept.ts"));
    });
    expect([...reasons]).toEqual([null]);
  });
});
