import { existsSync } from "node:fs";
import { join } from "node:path";
import type { StatePaths } from "../../config/paths.ts";
import type { Program } from "../../config/program.ts";
import type { Settings } from "../../config/settings.ts";
import { CommonsError } from "../../core/errors.ts";
import { parseHeaders } from "../../engine/chroma-address.ts";
import { EmbeddedEngine } from "../../engine/embedded-engine.ts";
import type { EngineStatus } from "../../engine/engine-status.ts";
import { heartbeatFailure } from "../../engine/heartbeat.ts";
import { StampedReader } from "../../engine/stamped-collections.ts";

export interface ChromaAccess {
  readonly reader: StampedReader;
  readonly kind: "embedded" | "external";
  /** The space whose collections the database holds. */
  readonly spaceOf: (database: string) => string;
  readonly close: () => Promise<void>;
}

const startTimeoutMs = 60_000;

/**
 * The Chroma that the catalog was mirrored to, started where it is the embedded one; null where there is none or it never held anything.
 * The caller holds the hub lock. Errors: ENGINE_UNAVAILABLE.
 */
export async function openChroma(options: {
  readonly paths: StatePaths;
  readonly program: Program;
  readonly settings: Settings;
}): Promise<ChromaAccess | null> {
  const { paths, settings } = options;
  if (!settings["engine.enabled"]) return null;
  const spaceOf = (database: string) => (database === settings["chroma.database"] ? "default" : database);
  const url = settings["chroma.url"];
  if (url !== undefined) {
    const headers = parseHeaders(settings["chroma.headers"]);
    const failure = await heartbeatFailure(url.replace(/\/+$/, ""), headers, 10_000);
    if (failure !== null) throw unavailable(failure);
    const reader = new StampedReader({ url, headers, tenant: settings["chroma.tenant"] });
    return { reader, kind: "external", spaceOf, close: async () => undefined };
  }
  if (!existsSync(join(paths.engineDirectory, "data", "chroma.sqlite3"))) return null;
  const { engine, url: ownUrl } = await startEmbedded(options);
  const reader = new StampedReader({ url: ownUrl, headers: {}, tenant: "default_tenant" });
  return { reader, kind: "embedded", spaceOf, close: () => engine.close() };
}

async function startEmbedded({
  paths,
  program,
  settings,
}: Parameters<typeof openChroma>[0]): Promise<{ engine: EmbeddedEngine; url: string }> {
  const ready = Promise.withResolvers<string>();
  const onState = ({ state, url, detail }: EngineStatus): void => {
    if (state === "ready" && url !== null) ready.resolve(url);
    if (state === "failed") ready.reject(unavailable(detail ?? "it cannot run"));
  };
  const engine = new EmbeddedEngine({
    directory: paths.engineDirectory,
    preferredPort: settings["engine.port"],
    hostScript: program.entries.engineHost,
    resolveFrom: program.entries.hub,
    onState,
  });
  const timer = setTimeout(() => ready.reject(unavailable("it did not start within a minute")), startTimeoutMs);
  engine.start();
  try {
    return { engine, url: await ready.promise };
  } catch (error) {
    await engine.close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(reason: string): CommonsError {
  return new CommonsError("ENGINE_UNAVAILABLE", `ChromaDB cannot be asked: ${reason.replace(/\.?$/, ".")}`, {
    hint: "What only ChromaDB still has would be lost. Make it run, or do without it: commons doctor --fix --without-chroma",
  });
}
