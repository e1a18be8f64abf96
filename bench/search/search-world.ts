import { statSync } from "node:fs";
import { join } from "node:path";
import { HubClient } from "../../src/client/hub-client.ts";
import { statePaths } from "../../src/config/paths.ts";
import { currentProgram } from "../../src/config/program.ts";
import type { DocumentInput, Source } from "../../src/core/document.ts";
import type { HubStatus } from "../../src/protocol/views.ts";
import { World } from "../../test/fixtures/world.ts";
import { rounded, timed } from "./percentiles.ts";
import { takeDocuments, takeQueries } from "./passages.ts";

const queryCount = 300;
const documentsPerWrite = 100;

/** A hub with one large collection, and clients of it. */
export interface SearchWorld {
  readonly world: World;
  readonly collection: string;
  readonly documents: readonly DocumentInput[];
  readonly queries: readonly string[];
  readonly corpus: Readonly<Record<string, number>>;
  readonly client: (name: string) => HubClient;
  /** Writes documents into a collection, made if missing. */
  readonly write: (client: HubClient, collection: string, documents: readonly DocumentInput[]) => Promise<void>;
  readonly status: () => Promise<HubStatus>;
  readonly close: () => Promise<void>;
}

export async function openSearchWorld(chunks: number): Promise<SearchWorld> {
  const documents = takeDocuments(chunks);
  const world = await World.open({ engine: false });
  const clients: HubClient[] = [];
  const client = (name: string): HubClient => {
    const made = clientOf(world, name);
    clients.push(made);
    return made;
  };
  const status = async (): Promise<HubStatus> => {
    const { stdout } = await world.commons(["status", "--json"]);
    // Safe: the hub runs, so the command prints its status.
    return JSON.parse(stdout) as HubStatus;
  };
  const close = async (): Promise<void> => {
    for (const each of clients) each.close();
    await world.close();
  };
  try {
    await world.commons(["hub", "start"]);
    const { ms } = await timed(() => writeDocuments(client("writer"), "bench", documents));
    const catalogBytes = statSync(join(statePaths(world.home).catalogDirectory, "catalog.sqlite")).size;
    const corpus = {
      chunks,
      documents: documents.length,
      writeSeconds: rounded(ms / 1_000),
      chunksPerSecond: Math.round((1_000 * chunks) / ms),
      catalogMegabytes: Math.round(catalogBytes / 2 ** 20),
    };
    const queries = takeQueries(documents, queryCount);
    return { world, collection: "bench", documents, queries, corpus, client, write: writeDocuments, status, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function clientOf(world: World, name: string): HubClient {
  const sessionId = `bench-${name}-${process.pid}`;
  const identity = () => ({
    sessionId,
    kind: "cli" as const,
    agent: name,
    pid: process.pid,
    version: "0",
    space: "default",
    workspace: null,
    branch: null,
    commit: null,
    activity: null,
  });
  const options = { paths: statePaths(world.home), program: currentProgram(), env: world.env, space: "default" };
  return new HubClient({ ...options, identity });
}

async function writeDocuments(
  client: HubClient,
  collection: string,
  documents: readonly DocumentInput[],
): Promise<void> {
  const ensured = await client.call("collections.ensure", { collection, kind: "permanent" });
  const source: Source = {
    key: `ws-${collection}`,
    kind: "workspace",
    name: collection,
    machine: "bench",
    path: `/bench/${collection}`,
    repository: null,
  };
  for (let from = 0; from < documents.length; from += documentsPerWrite) {
    const changes = {
      documents: documents.slice(from, from + documentsPerWrite),
      renames: [],
      touches: [],
      removals: [],
    };
    const body = JSON.stringify({ collectionId: ensured.collection.id, source, changes });
    await client.callWithJson("documents.write", body);
  }
}
