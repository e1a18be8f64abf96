import { ChromaClient } from "chromadb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isCollectionName } from "../../src/core/collection-name.ts";
import { metadataKeyFault } from "../../src/core/metadata-rule.ts";
import { clientAddress } from "../../src/engine/chroma-address.ts";
import { ChromaEngine } from "../../src/engine/chroma-engine.ts";
import { readyUrl, startEngine, type RunningEngine } from "../fixtures/engine-world.ts";
import { testRecord } from "../fixtures/memory-journal.ts";

/** Our rules for names and keys are copies of Chroma's: the server itself says whether they are true. */
let running: RunningEngine;
let engine: ChromaEngine;
const ref = { database: "default_database", name: "rules", stamp: "rules" };

beforeAll(async () => {
  running = startEngine();
  engine = new ChromaEngine({ url: await readyUrl(running), tenant: "default_tenant", headers: {} });
  await engine.ensureCollection(ref, {});
});
afterAll(async () => {
  await engine.close();
  await running.close();
});

const isTaken = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    (error: { code?: string }) => {
      if (error.code === "INPUT_INVALID") return false;
      throw error;
    },
  );

const plainNames = ["abc", "a.b", "a___b", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.1.1.1a", "a".repeat(512)];
const oddNames = ["ab", "a..b", "1..2", "192.168.1.1", "0.0.0.0", "255.255.255.255", "ab.", "-ab", "a b", "a+b"];

test.each([...plainNames, ...oddNames, "a".repeat(513)])(
  "ChromaDB and we agree on the collection name %s",
  async (name) => {
    const isMade = await isTaken(engine.ensureCollection({ database: "default_database", name, stamp: name }, {}));
    expect(isMade).toBe(isCollectionName(name));
  },
);

test.each(["", "#document", "#x", "$and", "topic", "a.b", " ", "constructor", "document", "id", "ümläut"])(
  "ChromaDB and we agree on the metadata key %j",
  async (key) => {
    const record = { ...testRecord(`record-${key}`), metadata: { [key]: "x" } };
    expect(await isTaken(engine.upsert(ref, [record]))).toBe(metadataKeyFault(key) === null);
  },
);

// Texts that the built-in model knows nothing of are stored so: see src/embed/static-embedder.ts.
test("ChromaDB stores vectors of zeros, at the distance 1 of everything", async () => {
  const zeros = { ...ref, name: "zeros", stamp: "zeros" };
  await engine.ensureCollection(zeros, {});
  const vectors = { near: [1, 0, 0], zero: [0, 0, 0], alike: [0, 0, 0], opposite: [-1, 0, 0] };
  await engine.upsert(
    zeros,
    Object.entries(vectors).map(([id, embedding]) => ({ ...testRecord(id), embedding })),
  );
  const url = await readyUrl(running);
  const { host, ssl } = clientAddress(url);
  const client = new ChromaClient({ host, ssl, port: Number(new URL(url).port) });
  const collection = await client.getCollection({ name: zeros.name });
  const { ids, distances } = await collection.query({
    queryEmbeddings: [
      [1, 0, 0],
      [0, 0, 0],
    ],
    nResults: 4,
    include: ["distances"],
  });
  const distanceOf = (query: number, id: string): number | null | undefined =>
    distances[query]?.[ids[query]?.indexOf(id) ?? -1];
  expect(["near", "zero", "alike", "opposite"].map((id) => distanceOf(0, id))).toEqual([0, 1, 1, 2]);
  expect(["near", "zero", "alike", "opposite"].map((id) => distanceOf(1, id))).toEqual([1, 1, 1, 1]);
});
