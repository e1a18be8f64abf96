import { ChromaClient } from "chromadb";
import { HubClient } from "../../src/client/hub-client.ts";
import { statePaths } from "../../src/config/paths.ts";
import { currentProgram } from "../../src/config/program.ts";
import { eventually, type World } from "../../test/fixtures/world.ts";
import type { Ledger } from "./ledger.ts";

const shownLosses = 10;
const catchUpMs = 300_000;

/** Looks for everything that was acknowledged, and compares the number of records in Chroma with the catalog's. */
export async function verifySoak(world: World, ledger: Ledger) {
  const client = new HubClient({
    paths: statePaths(world.home),
    program: currentProgram(),
    env: world.env,
    identity: null,
    space: "default",
  });
  try {
    const losses: string[] = [];
    const claims = ledger.claims();
    for (const { thing, collection, marker, gone } of claims) {
      if (marker !== null && !(await isFound(client, collection, marker)))
        losses.push(`${thing}: ${marker} is not found`);
      const last = gone.at(-1);
      if (last !== undefined && (await isFound(client, collection, last)))
        losses.push(`${thing}: ${last} is still found`);
    }
    await eventually("Chroma has caught up", async () => (await world.status()).engine.behind === 0, catchUpMs);
    const temporary = (await client.call("hub.status", {})).totals.collections;
    const { collections } = await client.call("collections.list", {});
    const chroma = await comparedWithChroma(world, collections);
    return {
      acknowledged: claims.length,
      unanswered: ledger.unanswered,
      lost: losses.length,
      losses: losses.slice(0, shownLosses),
      temporaryCollectionsLeft: temporary - collections.length,
      chroma,
    };
  } finally {
    client.close();
  }
}

async function isFound(client: HubClient, collection: string, marker: string): Promise<boolean> {
  const { hits } = await client.call("search", {
    collections: [collection],
    query: marker,
    limit: 3,
    mode: "keyword",
    filters: {},
  });
  return hits.some(({ text }) => text.includes(marker));
}

async function comparedWithChroma(world: World, collections: readonly { name: string; chunks: number }[]) {
  const url = new URL((await world.status()).engine.url ?? "");
  const chroma = new ChromaClient({ ssl: false, host: url.hostname, port: Number(url.port) });
  const counts = await Promise.all(
    collections.map(async ({ name, chunks }) => {
      const collection = await chroma.getCollection({ name });
      return { name, catalog: chunks, chroma: await collection.count() };
    }),
  );
  const different = counts.filter((each) => each.catalog !== each.chroma);
  return { collections: counts.length, records: counts.reduce((sum, { chroma: count }) => sum + count, 0), different };
}
