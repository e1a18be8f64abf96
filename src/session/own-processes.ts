import { getCompileCacheDir } from "node:module";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import type { Program } from "../config/program.ts";
import { hasProcessGroups } from "../reader/process-group.ts";
import { ReaderPool } from "../reader/reader-pool.ts";

/** The readers of a session; none is started before the first file. `isWatched` as of the pool. */
export function openReaderPool({ entries }: Program, env: NodeJS.ProcessEnv, isWatched: boolean): ReaderPool {
  return new ReaderPool({
    entry: entries.reader,
    processes: readerProcesses(),
    isWatched: isWatched && hasProcessGroups,
    env: withCompileCache(readerEnvironment(env)),
  });
}

/** What this program has compiled once, its readers need not compile again. */
export function withCompileCache(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const directory = getCompileCacheDir();
  return directory === undefined ? env : { ...env, NODE_COMPILE_CACHE: dirname(directory) };
}

// A reader opens hostile files with large libraries: what is not in its environment it cannot give away.
const readerVariables = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "TZ", "LANG", "SystemRoot", "NODE_COMPILE_CACHE"];

function readerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(readerVariables.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

/** One core is the hub's; beyond three readers its one writer is what an ingest waits for. */
function readerProcesses(): number {
  return Math.max(1, Math.min(3, availableParallelism() - 1));
}
