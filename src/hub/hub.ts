import { randomUUID } from "node:crypto";
import { restAfterMs, restHeap } from "../catalog/heap-rest.ts";
import { openCatalogWorker, type AsyncCatalog } from "../catalog/catalog-client.ts";
import { thisMachine } from "../config/machine.ts";
import type { StatePaths } from "../config/paths.ts";
import type { Program } from "../config/program.ts";
import type { Secrets } from "../config/secrets.ts";
import type { Settings } from "../config/settings.ts";
import { CatalogFileWatch } from "../catalog/file-watch.ts";
import { restorableMs } from "../core/receipts.ts";
import { createEmbeddingModel } from "../embed/models/registry.ts";
import { createEmbedder, defaultEmbedderId } from "../embed/registry.ts";
import { fetchPackage, findNpm } from "../engine/npm-fetch.ts";
import { protocolVersion } from "../protocol/operations.ts";
import { createTokenizer } from "../search/tokenizer.ts";
import type { Hello, HubView } from "../protocol/views.ts";
import { openEngineService } from "./chroma-service.ts";
import { EmbeddingService, type EmbeddingServiceOptions } from "./embedding-service.ts";
import { ForeignCollections } from "./foreign-collections.ts";
import { createDepartures } from "./departures.ts";
import { createHandlers } from "./handlers.ts";
import { IdleExit } from "./idle-exit.ts";
import type { Log } from "./log.ts";
import { HubListener } from "./listener.ts";
import { openSecondSocket } from "./second-socket.ts";
import { createModelRoom } from "./model-room.ts";
import { waitForSessions } from "./rejoin-wait.ts";
import { createHubApp } from "./server.ts";
import { SessionRegistry } from "./session-registry.ts";
import { TcpDoor } from "./tcp-door.ts";
import { WorkRegistry } from "./work-registry.ts";

export interface HubOptions {
  readonly paths: StatePaths;
  readonly program: Program;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly log: Log;
  /** Called once when the hub wants to end: it was asked to, or is idle. */
  readonly onStop: (reason: string) => void;
}

export interface Hub {
  /** Refuses new calls, lets those in flight end, stops ChromaDB and closes the catalog. */
  close(): Promise<void>;
}

const watchCatalogEveryMs = 1_000;
const purgeEveryMs = 3_600_000;
/** Many a hub ends before its first hour is over. */
const firstPurgeMs = 60_000;

/** The composition root of the hub process. The caller holds the hub lock. Errors: CATALOG_DAMAGED, DISK_FULL. */
export async function openHub(options: HubOptions): Promise<Hub> {
  const { paths, program, settings, log, onStop } = options;
  const startedAtMs = Date.now();
  const hello: Hello = {
    program: "chroma-commons",
    protocol: protocolVersion,
    version: program.version,
    build: program.build,
    pid: process.pid,
    home: paths.home,
    instance: randomUUID(),
    machine: await thisMachine(),
  };
  const state = { isStopping: false, isCatalogLost: false };
  const stop = (reason: string) => {
    if (state.isStopping) return;
    state.isStopping = true;
    log.info({ reason }, "stopping");
    // The answer to the call that asked must still leave.
    setImmediate(() => onStop(reason));
  };
  const { writer, reader } = await openCatalogs(options, () => stop("the catalog's thread died"));
  const engine = openEngineService({ paths, program, settings, log, catalog: writer });
  const embedding = openEmbedding(options, { writer, reader, onSaved: () => engine.kick() });
  const works = new WorkRegistry();
  const registry = new SessionRegistry((sessionId) => {
    log.info({ sessionId }, "session left");
    works.sessionGone(sessionId);
    departures();
  });
  const departures = createDepartures({ writer, registry, log });
  registry.awaitSessions(await writer.sessionUses());
  const idle = new IdleExit({
    idleMs: settings["hub.idleMinutes"] * 60_000,
    isBusy: () => registry.liveIds().length > 0 || embedding.isBusy(),
    onIdle: () => stop("idle"),
  });
  const door = new TcpDoor({ paths, settings, log });
  const hubView = (): HubView => ({
    pid: process.pid,
    version: program.version,
    build: program.build,
    protocol: protocolVersion,
    uptimeMs: Date.now() - startedAtMs,
    home: paths.home,
    idleMinutes: settings["hub.idleMinutes"],
    rssBytes: process.memoryUsage.rss(),
    tcp: door.view(),
  });
  const tokenizer = createTokenizer();
  const builtIn = createEmbedder(defaultEmbedderId, tokenizer.parts);
  const handlers = createHandlers({
    writer,
    reader,
    registry,
    works,
    engine,
    foreign: new ForeignCollections({ engine, tokenizer, embedder: builtIn }),
    hubView,
    embedder: { id: builtIn.id, dimensions: builtIn.dimensions },
    embedding,
    models: createModelRoom({
      settings,
      modelsDirectory: paths.modelsDirectory,
      builtIn,
      model: (id) => embedding.model(id),
    }),
    defaultModel: settings.embedder,
    rotateToken: () => door.rotate(),
    stop,
  });
  const rest = setTimeout(restHeap, restAfterMs).unref();
  const app = createHubApp({
    hello,
    handlers,
    registry,
    log,
    isStopping: () => state.isStopping,
    onCall: () => {
      idle.touch();
      rest.refresh();
    },
  });
  const listener = await HubListener.open({
    app,
    paths,
    onHomeGone: () => stop("the home was removed"),
    onRestored: () => log.warn("the socket was removed and is there again"),
  });
  const second = await openSecondSocket({ app, paths, log, address: settings["hub.listen"] });
  await door.open(app);
  // What was missing when the last hub ended.
  embedding.kick();
  // Until then their temporary collections stay, and what they used is guarded.
  const stopWaiting = waitForSessions(
    () => registry.awaitedCount(),
    () => {
      registry.giveUpAwaited();
      departures();
    },
  );
  const timers = [...startHousekeeping(writer, log), watchCatalog(options, state, stop)];
  log.info({ version: program.version, address: paths.hubAddress }, "listening");

  return {
    close: async () => {
      state.isStopping = true;
      idle.close();
      clearTimeout(rest);
      stopWaiting();
      for (const timer of timers) clearInterval(timer);
      registry.close();
      works.close();
      await Promise.all([listener.close(), second?.close(), door.close()]);
      await embedding.close();
      await engine.close();
      // Closing would put the write-ahead file into a database that it may not belong to any more: what is there is left to the doctor.
      if (state.isCatalogLost) process.kill(process.pid, "SIGKILL");
      // The last connection puts the write-ahead file into the database; one that only reads cannot.
      await reader.close();
      await writer.close();
      log.info("stopped");
    },
  };
}

/** SQLite goes on with files that were removed; writes into them fail, and the next start says what is wrong. */
function watchCatalog(
  { paths, log }: HubOptions,
  state: { isCatalogLost: boolean },
  stop: (reason: string) => void,
): NodeJS.Timeout {
  const files = new CatalogFileWatch(paths.catalogDirectory);
  const look = () => {
    const failure = files.failure();
    if (failure === null || state.isCatalogLost) return;
    state.isCatalogLost = true;
    log.error({ failure }, "the catalog's files are not those that were opened");
    stop("the catalog's files were removed or replaced");
  };
  return setInterval(look, watchCatalogEveryMs).unref();
}

async function openCatalogs(
  { paths, program, settings }: HubOptions,
  onDeath: () => void,
): Promise<{ writer: AsyncCatalog; reader: AsyncCatalog }> {
  const shared = { workerPath: program.entries.catalogWorker, embedderId: defaultEmbedderId, onDeath };
  const catalog = {
    directory: paths.catalogDirectory,
    madeMarker: paths.catalogMade,
    mirror: settings["engine.enabled"] ? settings.mirror : "none",
  } as const;
  const writer = await openCatalogWorker({ ...shared, options: catalog });
  const reader = await openCatalogWorker({ ...shared, options: { ...catalog, isReadOnly: true } });
  return { writer, reader };
}

function openEmbedding(
  { paths, program, settings, secrets, log }: HubOptions,
  parts: Pick<EmbeddingServiceOptions, "writer" | "reader" | "onSaved">,
): EmbeddingService {
  const npm = findNpm(process.execPath, process.platform);
  return new EmbeddingService({
    ...parts,
    log,
    lanes: settings["embedder.requests"],
    createModel: (id, onProgress) =>
      createEmbeddingModel(id, {
        settings,
        openaiKey: secrets.openaiKey,
        modelsDirectory: paths.modelsDirectory,
        onnxHost: program.entries.onnxHost,
        fetchPackage: (request) => fetchPackage({ ...request, npm }),
        onProgress,
      }),
  });
}

function startHousekeeping(writer: AsyncCatalog, log: Log): NodeJS.Timeout[] {
  const removeAll = async () => {
    for (let hasMore = true; hasMore;)
      ({ hasMore } = await writer.purgeUnloaded({ keptMs: restorableMs, maxDocuments: 200 }));
  };
  const purge = () => void removeAll().catch((error: unknown) => log.error({ err: error }, "purge failed"));
  const timers = [setTimeout(purge, firstPurgeMs), setInterval(purge, purgeEveryMs)];
  for (const timer of timers) timer.unref();
  return timers;
}
