import { expect, test } from "vitest";
import type { EngineCollectionRef, JournalEntry } from "../core/ports.ts";
import { planStep } from "./mirror-plan.ts";

const ref = (name: string, stamp = `${name}-1`): EngineCollectionRef => ({ database: "default", name, stamp });
const sync = (seq: number, collection: EngineCollectionRef, recordId: string): JournalEntry => ({
  seq,
  op: "sync",
  collection,
  recordId,
});
const ensure = (seq: number, collection: EngineCollectionRef): JournalEntry => ({
  seq,
  op: "ensure",
  collection,
  metadata: {},
});
const drop = (seq: number, collection: EngineCollectionRef): JournalEntry => ({ seq, op: "drop", collection });
const none: ReadonlySet<number> = new Set();

test("an empty journal, or one with held entries only, has no step", () => {
  expect(planStep([], none, 10)).toBeNull();
  expect(planStep([ensure(1, ref("a"))], new Set([1]), 10)).toBeNull();
});

test("syncs of one collection are taken together across other collections, each record once", () => {
  const entries = [
    sync(1, ref("a"), "x"),
    sync(2, ref("b"), "x"),
    sync(3, ref("a"), "y"),
    sync(4, ref("a"), "x"),
    ensure(5, ref("c")),
  ];
  expect(planStep(entries, none, 10)).toEqual({
    kind: "sync",
    collection: ref("a"),
    recordIds: ["x", "y"],
    seqs: [1, 3, 4],
  });
});

test("a batch is never larger than allowed", () => {
  const entries = [sync(1, ref("a"), "x"), sync(2, ref("a"), "y"), sync(3, ref("a"), "z")];
  expect(planStep(entries, none, 2)).toMatchObject({ recordIds: ["x", "y"], seqs: [1, 2] });
});

test("syncs are not taken from behind a drop or from a later collection of the same name", () => {
  const entries = [
    sync(1, ref("a"), "x"),
    drop(2, ref("a")),
    ensure(3, ref("a", "a-2")),
    sync(4, ref("a", "a-2"), "y"),
  ];
  expect(planStep(entries, none, 10)).toMatchObject({ kind: "sync", seqs: [1] });
  expect(planStep(entries.slice(1), none, 10)).toMatchObject({ kind: "drop", seqs: [2] });
  expect(planStep(entries.slice(2), none, 10)).toMatchObject({ kind: "ensure", seqs: [3] });
});
