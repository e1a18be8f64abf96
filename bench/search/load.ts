import { percentiles, timed } from "./percentiles.ts";
import type { SearchWorld } from "./search-world.ts";

const sessions = 16;
const seconds = 30;

/** Sixteen sessions that search without a pause, while one writes into another collection. */
export async function measureLoad({ client, collection, queries, documents, write, status }: SearchWorld) {
  const writer = client("load-writer");
  const state = { isDone: false };
  const times: number[] = [];
  const searching = Array.from({ length: sessions }, async (_, index) => {
    const caller = client(`load-${index}`);
    for (let round = index; !state.isDone; round += sessions) {
      const query = queries[round % queries.length] ?? "";
      const { ms } = await timed(() =>
        caller.call("search", { collections: [collection], query, limit: 8, mode: "hybrid", filters: {} }),
      );
      times.push(ms);
    }
  });
  const startMs = performance.now();
  let written = 0;
  for (let from = 0; performance.now() - startMs < seconds * 1_000; from += 100) {
    const slice = documents.slice(from % documents.length).slice(0, 100);
    await write(writer, `ingest-${Math.floor(from / documents.length)}`, slice);
    written += slice.reduce((sum, { chunks }) => sum + chunks.length, 0);
  }
  const elapsedMs = performance.now() - startMs;
  state.isDone = true;
  await Promise.all(searching);
  const { hub } = await status();
  return {
    sessions,
    ...percentiles(times),
    searchesPerSecond: Math.round((1_000 * times.length) / elapsedMs),
    chunksWrittenPerSecond: Math.round((1_000 * written) / elapsedMs),
    hubMegabytes: Math.round(hub.rssBytes / 2 ** 20),
  };
}
