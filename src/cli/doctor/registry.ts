import { checkCatalogFile } from "./catalog-file.ts";
import { checkClients } from "./clients.ts";
import { checkClock } from "./clock.ts";
import { checkContainers } from "./containers.ts";
import { checkDisk } from "./disk.ts";
import { checkEngine } from "./engine.ts";
import type { DoctorCheck } from "./finding.ts";
import { checkHub } from "./hub.ts";
import { checkLeftovers } from "./leftovers.ts";
import { checkMirror } from "./mirror.ts";
import { checkPermissions } from "./permissions.ts";
import { checkProcesses } from "./processes.ts";
import { checkProgramFiles } from "./program-files.ts";
import { checkSettings } from "./settings.ts";

/** Every check, in the order in which they run and are shown. */
export const checks: readonly DoctorCheck[] = [
  checkProgramFiles,
  checkSettings,
  checkPermissions,
  checkDisk,
  checkClock,
  checkHub,
  checkProcesses,
  checkContainers,
  checkCatalogFile,
  checkEngine,
  checkMirror,
  checkClients,
  checkLeftovers,
];
