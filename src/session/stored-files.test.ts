import { expect, test } from "vitest";
import { createMemoryTarget, type MemoryTarget } from "../../test/fixtures/memory-target.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import { ingest } from "../../test/fixtures/ingest-run.ts";
import type { DocumentChanges, WriteResult } from "../core/writes.ts";
import { StoredFiles } from "./stored-files.ts";

/** A memory target that counts its writes as the hub counts revisions, and how often its list was asked for. */
function openStored(): {
  stored: StoredFiles;
  target: MemoryTarget;
  others: (changes: DocumentChanges) => Promise<WriteResult>;
  lists: () => number;
} {
  const target = createMemoryTarget(2);
  let revision = 0;
  let lists = 0;
  const write = async (changes: DocumentChanges): Promise<WriteResult> => {
    const before = revision;
    const result = await target.write(changes);
    return { ...result, revision: { before, after: ++revision } };
  };
  const counted = {
    known: (after: string | null) => {
      if (after === null) lists++;
      return target.known(after);
    },
    knownPaths: (paths: readonly string[]) => target.knownPaths(paths),
    write,
  };
  const stored = new StoredFiles({ state: async () => ({ revision, scopes: [] }), target: counted });
  return { stored, target, others: write, lists: () => lists };
}

test("the list is fetched once, and what is written through it is remembered", async () => {
  await using tree = await makeTree({ "a.ts": "a", "b.ts": "b", "c.ts": "c" });
  const { stored, target, lists } = openStored();
  await stored.update();
  await ingest(tree, stored);
  await tree.add({ "a.ts": "changed" });
  await stored.update();
  await ingest(tree, stored);
  await stored.update();
  expect([...stored.files.keys()].toSorted()).toEqual(["a.ts", "b.ts", "c.ts"]);
  expect(stored.files.get("a.ts")?.contentHash).toBe(target.documents.get("a.ts")?.contentHash);
  expect(lists()).toBe(1);
});

test("what another session wrote makes the list be fetched again", async () => {
  await using tree = await makeTree({ "a.ts": "a", "b.ts": "b" });
  const { stored, others, lists } = openStored();
  await stored.update();
  await ingest(tree, stored);
  await others({ documents: [], renames: [], touches: [], removals: ["a.ts"] });
  await stored.update();
  expect([...stored.files.keys()]).toEqual(["b.ts"]);
  expect(lists()).toBe(2);
});

test("a renamed file keeps what is known of it", async () => {
  await using tree = await makeTree({ "a.ts": "a", "b.ts": "bb" });
  const { stored } = openStored();
  await stored.update();
  await ingest(tree, stored);
  const a = stored.files.get("a.ts");
  if (a === undefined) throw new Error("not stored");
  const renames = [{ from: "a.ts", to: "c.ts", stat: a.stat, readAtMs: Date.now() }];
  await stored.write({ documents: [], renames, touches: [], removals: ["b.ts"] });
  expect([...stored.files.values()]).toEqual([{ ...a, path: "c.ts" }]);
});
