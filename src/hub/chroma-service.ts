import { createHash } from "node:crypto";
import { join } from "node:path";
import type { AsyncCatalog } from "../catalog/catalog-client.ts";
import type { StatePaths } from "../config/paths.ts";
import type { Program } from "../config/program.ts";
import type { Settings } from "../config/settings.ts";
import type { CollectionSummary } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import type { ForeignCollection, ForeignQuery, ForeignRecord, Journal } from "../core/ports.ts";
import { parseHeaders } from "../engine/chroma-address.ts";
import { ChromaEngine } from "../engine/chroma-engine.ts";
import { hasDiskRoom } from "../engine/disk-room.ts";
import { EmbeddedEngine } from "../engine/embedded-engine.ts";
import type { EngineStatus, EngineSupervisor } from "../engine/engine-status.ts";
import { ExternalEngine } from "../engine/external-engine.ts";
import { openOwnRecords } from "../engine/own-records.ts";
import { Mirror } from "../engine/mirror.ts";
import { WriteLull } from "../engine/write-lull.ts";
import type { CollectionMirror, EngineView } from "../protocol/views.ts";
import { engineOff } from "./engine-off.ts";
import type { EngineService, OwnRecords } from "./engine-service.ts";
import type { Log } from "./log.ts";
import { mirrorDetail } from "./mirror-detail.ts";

export interface EngineServiceOptions {
  readonly paths: StatePaths;
  readonly program: Program;
  readonly settings: Settings;
  readonly log: Log;
  /** Its journal is what the mirror drains. */
  readonly catalog: AsyncCatalog;
}

/** Which Chroma the catalog was mirrored to last; another one gets everything again. */
const mirroredToKey = "mirrored_to";

/** Starts the engine that the settings ask for, without waiting for it. */
export function openEngineService(options: EngineServiceOptions): EngineService {
  if (!options.settings["engine.enabled"]) return engineOff("Switched off by the setting engine.enabled.");
  return new ChromaService(options);
}

/** Joins supervisor, client and mirror: whenever a ChromaDB gets ready, the mirror runs to it; whenever it goes, the mirror rests. */
class ChromaService implements EngineService {
  readonly #options: EngineServiceOptions;
  readonly #supervisor: EngineSupervisor;
  readonly #kind: "embedded" | "external";
  readonly #lull = new WriteLull();
  #connected: { url: string; engine: ChromaEngine; mirror: Mirror } | null = null;
  /** State changes are handled one after another, in their order. */
  #pending: Promise<void> = Promise.resolve();

  constructor(options: EngineServiceOptions) {
    this.#options = options;
    const { paths, program, settings } = options;
    const onState = (status: EngineStatus) => this.#follow(status);
    const url = settings["chroma.url"];
    this.#kind = url === undefined ? "embedded" : "external";
    this.#supervisor =
      url === undefined
        ? new EmbeddedEngine({
            directory: paths.engineDirectory,
            preferredPort: settings["engine.port"],
            hostScript: program.entries.engineHost,
            resolveFrom: program.entries.hub,
            onState,
          })
        : new ExternalEngine({ url, headers: parseHeaders(settings["chroma.headers"]), onState });
    this.#supervisor.start();
  }

  async view(): Promise<EngineView> {
    const { state, url, version, pid, detail } = this.#supervisor.status();
    const mirror = this.#connected?.mirror.status() ?? null;
    const depth = await this.#options.catalog.journalDepth();
    return {
      state,
      kind: this.#kind,
      url,
      version,
      pid,
      detail: [detail, mirror === null ? null : mirrorDetail(mirror)].filter((part) => part !== null).join(" ") || null,
      mirror: this.#options.settings.mirror,
      // Each conflict keeps one entry in the journal; it waits for a person, not for Chroma.
      behind: Math.max(0, depth - (mirror?.conflicts.length ?? 0)),
      conflicts: mirror?.conflicts.map((conflict) => conflict.collection) ?? [],
    };
  }

  mirrorOf({ id, kind }: CollectionSummary): CollectionMirror {
    const isMirrored = kind === "permanent" && this.#options.settings.mirror !== "none";
    const known = isMirrored ? this.#connected?.mirror.collection(id) : undefined;
    return { isMirrored, refusedRecords: known?.refusedRecords ?? 0, leftOut: known?.leftOut ?? null };
  }

  async openOwn({ id, name, space }: CollectionSummary): Promise<OwnRecords | null> {
    this.#readyEngine();
    const { settings } = this.#options;
    const url = this.#connected?.url ?? "";
    const isEmbedded = this.#kind === "embedded";
    const tenant = isEmbedded ? "default_tenant" : settings["chroma.tenant"];
    const headers = isEmbedded ? {} : parseHeaders(settings["chroma.headers"]);
    return openOwnRecords({ url, tenant, headers }, { database: this.#databaseOf(space), name, stamp: id });
  }

  kick(): void {
    this.#lull.noteWrite();
    this.#connected?.mirror.kick();
  }

  async listForeign(space: string): Promise<readonly ForeignCollection[] | null> {
    if (this.#connected === null || this.#supervisor.status().state !== "ready") return null;
    try {
      const own = new Set(await this.#options.catalog.collectionIds());
      return await this.#connected.engine.listForeign(this.#databaseOf(space), own);
    } catch (error) {
      this.#options.log.warn({ err: error }, "ChromaDB's own collections cannot be listed");
      return null;
    }
  }

  async requireNotForeign(space: string, name: string): Promise<void> {
    const foreign = await this.listForeign(space);
    if (!foreign?.some((collection) => collection.name === name)) return;
    throw new CommonsError("COLLECTION_FOREIGN", `"${name}" was made in ChromaDB by another program.`, {
      hint: `It can be searched, and is never changed. To work on a copy: commons adopt ${name}. Or choose another name.`,
    });
  }

  async searchForeign(space: string, name: string, query: ForeignQuery): Promise<ForeignRecord[]> {
    return this.#readyEngine().searchForeign({ database: this.#databaseOf(space), name }, query);
  }

  async readForeign(space: string, name: string, page: { offset: number; limit: number }): Promise<ForeignRecord[]> {
    return this.#readyEngine().readForeign({ database: this.#databaseOf(space), name }, page);
  }

  async close(): Promise<void> {
    await this.#pending;
    await this.#disconnect();
    await this.#supervisor.close();
    await this.#pending;
  }

  #readyEngine(): ChromaEngine {
    const { state, detail } = this.#supervisor.status();
    if (this.#connected !== null && state === "ready") return this.#connected.engine;
    throw new CommonsError("ENGINE_UNAVAILABLE", `ChromaDB is ${state}${detail === null ? "" : `: ${detail}`}.`, {
      hint: "Collections of other programs are read from ChromaDB itself; commons status shows how it is.",
    });
  }

  #follow(status: EngineStatus): void {
    const { log } = this.#options;
    log.info({ state: status.state, url: status.url, detail: status.detail }, "ChromaDB");
    this.#pending = this.#pending
      .then(() => (status.state === "ready" ? this.#connect(status) : this.#connected?.mirror.pause()))
      .catch((error: unknown) => log.error({ err: error }, "the mirror cannot run"));
  }

  async #connect({ url, dataId }: EngineStatus): Promise<void> {
    if (url === null) return;
    const { catalog, settings } = this.#options;
    const tenant = this.#kind === "embedded" ? "default_tenant" : settings["chroma.tenant"];
    const identity =
      dataId ?? createHash("sha256").update(`${url}\n${tenant}\n${settings["chroma.database"]}`).digest("hex");
    if ((await catalog.getMeta(mirroredToKey)) !== identity) {
      await catalog.journalResync(null);
      await catalog.setMeta(mirroredToKey, identity);
    }
    if (this.#connected?.url !== url) {
      await this.#disconnect();
      const engine = new ChromaEngine({
        url,
        tenant,
        headers: this.#kind === "embedded" ? {} : parseHeaders(settings["chroma.headers"]),
      });
      this.#connected = { url, engine, mirror: this.#mirrorTo(engine) };
    }
    this.#connected.mirror.resume();
  }

  /** The engine first: it cuts the call in flight short, for which the mirror would wait. */
  async #disconnect(): Promise<void> {
    await this.#connected?.engine.close();
    await this.#connected?.mirror.close();
  }

  #mirrorTo(engine: ChromaEngine): Mirror {
    const { log, paths } = this.#options;
    const supervisor = this.#supervisor;
    return new Mirror({
      engine,
      journal: this.#journal(),
      log: (message, fields) => log.warn(fields, message),
      lull: (signal) => this.#lull.wait(signal),
      ...(supervisor instanceof EmbeddedEngine
        ? {
            hasRoom: () => hasDiskRoom(join(paths.engineDirectory, "data")),
            holdsData: () => supervisor.holdsData(),
            onStuck: () => supervisor.restart(),
          }
        : {}),
    });
  }

  /** The catalog's journal, with spaces as the databases that they are in Chroma. */
  #journal(): Journal {
    const { catalog } = this.#options;
    return {
      peek: async (limit) => {
        const entries = await catalog.journalPeek(limit);
        return entries.map((entry) => ({
          ...entry,
          collection: { ...entry.collection, database: this.#databaseOf(entry.collection.database) },
        }));
      },
      records: (stamp, recordIds) => catalog.engineRecords(stamp, recordIds),
      unknown: (stamp, recordIds) => catalog.unknownRecords(stamp, recordIds),
      acknowledge: (seqs) => catalog.journalAcknowledge(seqs),
      depth: () => catalog.journalDepth(),
      resync: (stamp) => catalog.journalResync(stamp),
    };
  }

  #databaseOf(space: string): string {
    return space === "default" ? this.#options.settings["chroma.database"] : space;
  }
}
