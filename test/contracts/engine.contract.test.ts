import { ChromaClient } from "chromadb";
import { ChromaEngine } from "../../src/engine/chroma-engine.ts";
import { clientAddress } from "../../src/engine/chroma-address.ts";
import { FakeEngine } from "../fixtures/fake-engine.ts";
import { readyUrl, startEngine } from "../fixtures/engine-world.ts";
import { describeEngine, type EngineWorld } from "./engine.contract.ts";

async function fakeWorld(): Promise<EngineWorld> {
  const engine = new FakeEngine();
  return {
    engine,
    read: async (ref, id) => {
      const record = engine.stored(ref)?.[id];
      return record === undefined ? null : { document: record.document, metadata: record.metadata };
    },
    vector: async (ref, id) => engine.stored(ref)?.[id]?.embedding ?? null,
    makeForeign: async (database, name, content) => engine.makeForeign(database, name, content),
    lose: async ({ database, name }) => engine.lose(database, name),
    close: () => engine.close(),
  };
}

/** ChromaDB's own server, read by a plain client. */
async function chromaWorld(): Promise<EngineWorld> {
  const running = startEngine();
  const url = await readyUrl(running);
  const { host, ssl } = clientAddress(url);
  const engine = new ChromaEngine({ url, tenant: "default_tenant", headers: {} });
  const client = (database: string): ChromaClient =>
    new ChromaClient({ host, ssl, port: Number(new URL(url).port), database });
  return {
    engine,
    read: async (ref, id) => {
      const collection = await client(ref.database).getCollection({ name: ref.name });
      const { ids, documents, metadatas } = await collection.get({ ids: [id], include: ["documents", "metadatas"] });
      // Safe: only plain values were written.
      return ids.length === 0
        ? null
        : { document: documents[0] ?? null, metadata: (metadatas[0] ?? {}) as Record<string, string> };
    },
    vector: async (ref, id) => {
      const collection = await client(ref.database).getCollection({ name: ref.name });
      return (await collection.get({ ids: [id], include: ["embeddings"] })).embeddings[0] ?? null;
    },
    makeForeign: async (database, name, { metadata = {}, records = [] } = {}) => {
      const hasFacts = Object.keys(metadata).length > 0;
      const made = { name, embeddingFunction: null, ...(hasFacts ? { metadata } : {}) };
      const collection = await client(database).createCollection(made);
      for (const { id, document, metadata: facts, embedding } of records)
        await collection.add({
          ids: [id],
          embeddings: [[...embedding]],
          metadatas: [facts],
          ...(document === null ? {} : { documents: [document] }),
        });
    },
    lose: ({ database, name }) => client(database).deleteCollection({ name }),
    close: async () => {
      await engine.close();
      await running.close();
    },
  };
}

describeEngine("the fake engine", fakeWorld);
describeEngine("ChromaDB, embedded", chromaWorld);
