import { lstat, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hit } from "../../test/fixtures/hit.ts";
import type { CollectionSummary } from "../core/collections.ts";
import type { KnownFile } from "../core/document.ts";
import { fileStat } from "../workspace/file-stat.ts";
import { describeSource } from "../workspace/source-identity.ts";
import { openWorkspace } from "../workspace/workspace.ts";
import type { HeldCollection } from "./collections.ts";
import { checkFurtherPlaces } from "./freshness.ts";

let root: string;
let held: HeldCollection;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), "commons-freshness-")));
  const workspace = await openWorkspace({ directory: root, home: "/nobody" });
  const source = await describeSource(workspace, { id: "m", name: "host" });
  // Safe: only the id and the name of the collection are read.
  const collection = { id: "c1", name: "code" } as CollectionSummary;
  held = { collection, place: { workspace, source } };
});
afterAll(() => rm(root, { recursive: true }));

async function stored(path: string, content: string): Promise<KnownFile> {
  await writeFile(join(root, path), content);
  const stat = fileStat(await lstat(join(root, path), { bigint: true }));
  return { path, stat, contentHash: "h", fingerprint: "f", category: "code", givenMetadata: null };
}

it("looks at own files among the further places of a passage that shows another's", async () => {
  const files = [await stored("same.ts", "one"), await stored("edited.ts", "two"), await stored("gone.ts", "three")];
  await writeFile(join(root, "edited.ts"), "two and more");
  await rm(join(root, "gone.ts"));
  const own = (path: string) => ({ ...hit, path, sourceKey: held.place.source.key });
  const alsoAt = ["same.ts", "edited.ts", "gone.ts"].map(own);
  const elsewhere = { ...hit, sourceKey: "ws-other", freshness: "unverified" as const, alsoAt };
  const [checked] = await checkFurtherPlaces([held], [elsewhere], async ({ collectionId, paths }) => {
    expect([collectionId, paths]).toEqual(["c1", ["same.ts", "edited.ts", "gone.ts"]]);
    return files;
  });
  const states = checked?.alsoAt.map(({ path, freshness }) => [path, freshness]);
  expect(states).toEqual([
    ["same.ts", "fresh"],
    ["edited.ts", "changed"],
    ["gone.ts", "deleted"],
  ]);
});

it("does not look where the own file is the one that is shown", async () => {
  const own = { ...hit, sourceKey: held.place.source.key, alsoAt: [{ ...hit, sourceKey: held.place.source.key }] };
  const checked = await checkFurtherPlaces([held], [own], () => Promise.reject(new Error("asked")));
  expect(checked).toEqual([own]);
});
