import { parseArgs } from "node:util";
import { checkCatalog } from "../catalog/check.ts";
import { mendCatalog } from "../catalog/mend.ts";
import { finishInstall, rebuildPlaces } from "../catalog/rebuild/install.ts";
import { acquireFileLock, type FileLock } from "../config/file-lock.ts";
import { environment, inspectSettings, loadSettings } from "../config/load-settings.ts";
import { statePaths, type StatePaths } from "../config/paths.ts";
import { currentProgram } from "../config/program.ts";
import type { CatalogCheck } from "../core/catalog-repair.ts";
import { asCommonsError, CommonsError } from "../core/errors.ts";
import { createEmbedder, defaultEmbedderId } from "../embed/registry.ts";
import type { CatalogTaskLine, CatalogTasks } from "../protocol/catalog-tasks.ts";
import { createTokenizer } from "../search/tokenizer.ts";
import { rebuildCatalog } from "./rebuild/rebuild-catalog.ts";

const lockWaitMs = 15_000;
const lockEveryMs = 50;

/**
 * Entry of a process for one task on the catalog, beside the hub or in its place: `check` reads only; `mend` and `rebuild` hold the hub's
 * locks, so that no hub is started meanwhile. Standard output has one JSON object a line: `progress`, and at last `result` or `error`.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      home: { type: "string" },
      task: { type: "string" },
      deep: { type: "boolean", default: false },
      "in-use": { type: "boolean", default: false },
      "without-chroma": { type: "boolean", default: false },
    },
  });
  if (values.home === undefined) throw new Error("--home is missing");
  process.umask(0o077);
  const paths = statePaths(values.home);
  switch (values.task) {
    case "check":
      return say({ kind: "result", result: check(paths, { isDeep: values.deep, isInUse: values["in-use"] }) });
    case "mend":
      return say({ kind: "result", result: await withoutHub(paths, () => mend(paths)) });
    case "rebuild":
      return say({ kind: "result", result: await withoutHub(paths, () => rebuild(paths, values["without-chroma"])) });
    default:
      throw new Error("--task is check, mend or rebuild");
  }
}

function check(
  { catalogDirectory, catalogMade }: StatePaths,
  options: { readonly isDeep: boolean; readonly isInUse: boolean },
): CatalogCheck {
  return checkCatalog(catalogDirectory, { ...options, madeMarker: catalogMade });
}

async function mend(paths: StatePaths): Promise<Record<string, never>> {
  // A wrong setting must not stand in the way.
  const { settings } = inspectSettings({ env: environment(), userFile: paths.configFile });
  const mirror = settings["engine.enabled"] ? settings.mirror : "none";
  const embedder = createEmbedder(defaultEmbedderId, createTokenizer().parts);
  mendCatalog(paths.catalogDirectory, { embedder, mirror });
  return {};
}

function rebuild(paths: StatePaths, withoutChroma: boolean) {
  return rebuildCatalog({
    paths,
    program: currentProgram(),
    // A wrong one could name another Chroma: then this one would not be asked, and emptied later.
    settings: loadSettings({ env: environment(), userFile: paths.configFile }).settings,
    withoutChroma,
    onProgress: (step, share) => say({ kind: "progress", step, share }),
  });
}

/** The starter's lock keeps sessions waiting instead of failing; the hub's lock says that no hub lives. */
async function withoutHub<T>(paths: StatePaths, work: () => Promise<T>): Promise<T> {
  const starter = await takeLock(paths.starterLock);
  try {
    const hub = await takeLock(paths.hubLock);
    try {
      finishInstall(rebuildPlaces(paths.catalogDirectory));
      return await work();
    } finally {
      hub.close();
    }
  } finally {
    starter.close();
  }
}

async function takeLock(path: string): Promise<FileLock> {
  const deadline = performance.now() + lockWaitMs;
  for (;;) {
    const lock = acquireFileLock(path);
    if (lock !== null) return lock;
    if (performance.now() > deadline)
      throw new CommonsError("HUB_UNREACHABLE", "A hub holds the catalog and does not let go of it.", {
        hint: "Stop it first: commons hub stop",
      });
    await new Promise((resolve) => setTimeout(resolve, lockEveryMs));
  }
}

function say(line: CatalogTaskLine<keyof CatalogTasks>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

try {
  await main();
} catch (error) {
  say({ kind: "error", error: asCommonsError(error).toWire() });
  process.exitCode = 1;
}
