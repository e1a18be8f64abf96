import { mkdirSync, writeSync } from "node:fs";
import { parseArgs } from "node:util";
import { finishInstall, rebuildPlaces } from "../catalog/rebuild/install.ts";
import { endReport } from "../config/end-report.ts";
import { acquireFileLock } from "../config/file-lock.ts";
import { environment, loadSettings } from "../config/load-settings.ts";
import { loadSecrets } from "../config/secrets.ts";
import { statePaths } from "../config/paths.ts";
import { currentProgram } from "../config/program.ts";
import { closeHome } from "../config/state-directory.ts";
import { asCommonsError } from "../core/errors.ts";
import { boundedLog } from "./bounded-log.ts";
import { openHub } from "./hub.ts";
import { createLog } from "./log.ts";

/** Entry of the hub process: takes the hub lock or leaves quietly, serves until it is told to stop or is idle. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { home: { type: "string" }, [endReport.flag]: { type: "boolean" } } });
  if (values[endReport.flag]) process.once("exit", reportEnd);
  if (values.home === undefined) throw new Error("--home is missing");
  process.umask(0o077);
  mkdirSync(values.home, { recursive: true, mode: 0o700 });
  closeHome(values.home);
  const paths = statePaths(values.home);
  const lock = acquireFileLock(paths.hubLock);
  // Another hub serves this home already.
  if (lock === null) return;
  finishInstall(rebuildPlaces(paths.catalogDirectory));
  const { settings } = loadSettings({ env: environment(), userFile: paths.configFile });
  const secrets = loadSecrets(environment());
  const log = createLog(settings["hub.logLevel"], boundedLog({ descriptor: 1, file: paths.hubLog }));
  const stopped = Promise.withResolvers<string>();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => stopped.resolve(signal));
  // The hub outlives the terminal that it was started from.
  process.on("SIGHUP", () => log.info("hang-up ignored"));
  const hub = await openHub({ paths, program: currentProgram(), settings, secrets, log, onStop: stopped.resolve });
  await stopped.promise;
  await hub.close();
  lock.close();
}

/** For who started it and cannot see how it ends; nobody, once it is up. */
function reportEnd(code: number): void {
  try {
    writeSync(endReport.descriptor, String(code));
  } catch {
    // Nobody reads it any more.
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  const { code, message, hint } = asCommonsError(error);
  if (code === "INTERNAL" && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  // The last line of the log is what a starter shows to its user.
  process.stderr.write(`${new Date().toISOString()} ${code}: ${message}${hint === undefined ? "" : ` ${hint}`}\n`);
  process.exit(1);
}
