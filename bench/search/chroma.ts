import { ChromaClient, type Collection } from "chromadb";
import { createEmbedder, defaultEmbedderId } from "../../src/embed/registry.ts";
import { createTokenizer } from "../../src/search/tokenizer.ts";
import { readyUrl, startEngine } from "../../test/fixtures/engine-world.ts";
import { percentiles, rounded, timed } from "./percentiles.ts";
import type { SearchWorld } from "./search-world.ts";

const recordsPerAdd = 1_000;
const queryCount = 60;
const maxLoadSeconds = 200;

/** ChromaDB's own query over the same vectors: its server, its client, its index. */
export async function measureChroma({ documents, queries }: SearchWorld) {
  const running = startEngine();
  try {
    const url = new URL(await readyUrl(running));
    const client = new ChromaClient({ host: url.hostname, port: Number(url.port), ssl: false });
    const collection = await client.createCollection({
      name: "bench",
      embeddingFunction: null,
      configuration: { hnsw: { space: "cosine" } },
    });
    const embedder = createEmbedder(defaultEmbedderId, createTokenizer().parts);
    const load = await timed(() => addAll(collection, documents, (texts) => embedder.embed(texts)));
    const vectors = embedder.embed(queries.slice(0, queryCount)).map((vector) => Array.from(vector));
    const query = async (where?: Record<string, string>) => {
      const times: number[] = [];
      for (const vector of vectors) {
        const asked = { queryEmbeddings: [vector], nResults: 8, ...(where === undefined ? {} : { where }) };
        times.push((await timed(() => collection.query(asked))).ms);
      }
      return percentiles(times);
    };
    return {
      records: load.value,
      loadSeconds: rounded(load.ms / 1_000),
      none: await query(),
      language: await query({ language: "markdown" }),
    };
  } finally {
    await running.close();
  }
}

/** Stops at the time limit and says how many records there are then: ChromaDB adds slowly when it is large. */
async function addAll(
  collection: Collection,
  documents: SearchWorld["documents"],
  embed: (texts: readonly string[]) => Float32Array[],
): Promise<number> {
  const startMs = performance.now();
  const records = documents.flatMap(({ path, language, chunks }) =>
    chunks.map(({ text }, index) => ({ id: `${path}#${index}`, text, language: language ?? "" })),
  );
  let added = 0;
  while (added < records.length && performance.now() - startMs < maxLoadSeconds * 1_000) {
    const batch = records.slice(added, added + recordsPerAdd);
    await collection.add({
      ids: batch.map(({ id }) => id),
      embeddings: embed(batch.map(({ text }) => text)).map((vector) => Array.from(vector)),
      documents: batch.map(({ text }) => text),
      metadatas: batch.map(({ language }) => ({ language })),
    });
    added += batch.length;
  }
  return added;
}
