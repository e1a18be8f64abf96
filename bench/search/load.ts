import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { percentiles, timed } from "./percentiles.ts";
import type { SearchWorld } from "./search-world.ts";

const sessions = 16;
const seconds = 30;
const files = 6_000;

/** Sixteen sessions that search while the session of an agent ingests a directory: half a second after each answer, and at once. */
export async function measureLoad(search: SearchWorld) {
  const workspace = writeFiles(search);
  return {
    withPauses: await measureSessions(search, { workspace, name: "paused", pauseMs: 500 }),
    withoutPauses: await measureSessions(search, { workspace, name: "unpaused", pauseMs: 0 }),
  };
}

interface LoadRun {
  readonly workspace: string;
  readonly name: string;
  readonly pauseMs: number;
}

async function measureSessions(search: SearchWorld, { workspace, name, pauseMs }: LoadRun) {
  const { client, collection, queries, status, world } = search;
  const agent = await world.agent(workspace, { name: "ingesting" });
  const state = { isDone: false };
  const times: number[] = [];
  const searching = Array.from({ length: sessions }, async (_, index) => {
    const caller = client(`${name}-${index}`);
    for (let round = index; !state.isDone; round += sessions) {
      const query = queries[round % queries.length] ?? "";
      const { ms } = await timed(() =>
        caller.call("search", { collections: [collection], query, limit: 8, mode: "hybrid", filters: {} }),
      );
      times.push(ms);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  });
  const ingesting = agent.call("batch_ingest", { collection: name }).then(() => "done" as const);
  const started = performance.now();
  const first = await Promise.race([
    ingesting,
    new Promise<"time">((resolve) => setTimeout(resolve, seconds * 1_000, "time")),
  ]);
  const elapsedMs = performance.now() - started;
  state.isDone = true;
  await Promise.all(searching);
  const { collections, hub } = await status();
  const written = collections.find((each) => each.name === name)?.chunks ?? 0;
  await agent.close();
  return {
    sessions,
    ...percentiles(times),
    searchesPerSecond: Math.round((1_000 * times.length) / elapsedMs),
    ingestEnded: first === "done",
    chunksWrittenPerSecond: Math.round((1_000 * written) / elapsedMs),
    hubMegabytes: Math.round(hub.rssBytes / 2 ** 20),
  };
}

/** The passages of the corpus as files of a workspace. */
function writeFiles({ world, documents }: SearchWorld): string {
  const workspace = join(world.directory, "work", "ingested");
  for (const { path, chunks } of documents.slice(0, files)) {
    const file = join(workspace, path.replaceAll("node_modules", "packages"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, chunks.map(({ text }) => text).join("\n"));
  }
  return workspace;
}
