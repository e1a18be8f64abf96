import { expect, test } from "vitest";
import { recordBatches } from "./record-batches.ts";
import { changedRecords, type StoredRecords } from "./stored-records.ts";
import type { EngineRecord } from "../core/ports.ts";

const record = (id: string, rest: Partial<EngineRecord> = {}): EngineRecord => ({
  id,
  embedding: [0.6, 0.8, 0],
  document: `text of ${id}`,
  metadata: { path: id, start_line: 1 },
  ...rest,
});

function storedAs(...records: EngineRecord[]): StoredRecords {
  return {
    ids: records.map(({ id }) => id),
    embeddings: records.map(({ embedding }) => embedding.map(Math.fround)),
    documents: records.map(({ document }) => document),
    metadatas: records.map(({ metadata }) => (Object.keys(metadata).length === 0 ? null : metadata)),
  };
}

function changed(next: readonly EngineRecord[], stored: StoredRecords): string[] {
  return recordBatches(next).flatMap((batch) => changedRecords(batch, stored).ids);
}

test("what is stored already is not written again, in whatever order it comes back", () => {
  const records = [record("a"), record("b"), record("c")];
  expect(changed(records, storedAs(...records.toReversed()))).toEqual([]);
});

test("a vector that was rounded or normalised is the same vector", () => {
  const long = record("a", { embedding: [3, 4, 0] });
  expect(changed([long], storedAs(record("a", { embedding: [0.600_000_02, 0.799_999_98, 0] })))).toEqual([]);
  const zero = record("z", { embedding: [0, 0, 0] });
  expect(changed([zero], storedAs(zero))).toEqual([]);
});

test.each<[string, Partial<EngineRecord>]>([
  ["another text", { document: "older text" }],
  ["no text", { document: null }],
  ["another line", { metadata: { path: "b", start_line: 2 } }],
  ["one fact more", { metadata: { path: "b", start_line: 1, topic: "auth" } }],
  ["one fact less", { metadata: { path: "b" } }],
  ["no facts", { metadata: {} }],
  ["a fact of another type", { metadata: { path: "b", start_line: "1" } }],
  ["another model's vector", { embedding: [0.8, 0.6, 0] }],
  ["a vector of another length", { embedding: [0.6, 0.8] }],
])("a record that is stored with %s is written, and only that", (_, rest) => {
  const stored = storedAs(record("a"), record("b", rest), record("c"));
  expect(changed([record("a"), record("b"), record("c")], stored)).toEqual(["b"]);
});

test("new records are written with all their parts", () => {
  const [batch] = recordBatches([record("a"), record("new")]);
  if (batch === undefined) throw new Error("There is no batch.");
  expect(changedRecords(batch, storedAs(record("a")))).toEqual({
    ids: ["new"],
    embeddings: [[0.6, 0.8, 0]],
    documents: ["text of new"],
    metadatas: [{ path: "new", start_line: 1 }],
  });
});
