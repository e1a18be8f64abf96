import { expect, test } from "vitest";
import type { Receipt } from "../../core/receipts.ts";
import { obstacleText } from "./restore-text.ts";

const receipt: Receipt = {
  id: 12,
  action: "unload",
  collection: "app",
  collectionId: "c1",
  kind: "permanent",
  author: { sessionId: "s1", agent: "codex", workspace: null, branch: null, commit: null },
  source: null,
  added: 0,
  changed: 0,
  renamed: 0,
  removed: 1,
  chunks: 1,
  isForced: false,
  detail: null,
  startedAtMs: 0,
  atMs: 0,
  restorableUntilMs: 1,
};

test.each([
  ["an unload whose name is free", { ...receipt }, [], "nothing"],
  ["an unload whose name another has", { ...receipt }, [{ id: "c2", name: "app" }], "first commons unload app"],
  [
    "a deletion from a collection that is there",
    { ...receipt, action: "delete" as const },
    [{ id: "c1", name: "app" }],
    "nothing",
  ],
  [
    "one from a collection that another replaced",
    { ...receipt, action: "delete" as const },
    [{ id: "c2", name: "app" }],
    "first bring that back",
  ],
])("what is in the way of %s is said", (_name, of, live, text) => {
  const said = obstacleText(of, live) ?? "nothing";
  expect(said).toContain(text);
  expect(said === "nothing").toBe(text === "nothing");
});
