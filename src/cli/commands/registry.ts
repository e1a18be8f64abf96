import type { CliCommand } from "../cli-context.ts";
import { adoptCommand } from "./adopt.ts";
import { compareCommand } from "./compare.ts";
import { completionCommand } from "./completion.ts";
import { configCommand } from "./config.ts";
import { deleteCommand } from "./delete.ts";
import { exifCommand } from "./exif.ts";
import { duplicatesCommand } from "./duplicates.ts";
import { exportCommand } from "./export.ts";
import { doctorCommand } from "./doctor.ts";
import { helpCommand } from "./help.ts";
import { hubCommand } from "./hub.ts";
import { imageCommand } from "./image.ts";
import { importCommand } from "./import.ts";
import { infoCommand } from "./info.ts";
import { ingestCommand } from "./ingest.ts";
import { keepCommand } from "./keep.ts";
import { listCommand } from "./list.ts";
import { logCommand } from "./log.ts";
import { mcpCommand } from "./mcp.ts";
import { migrateCommand } from "./migrate.ts";
import { reindexCommand } from "./reindex.ts";
import { restoreCommand } from "./restore.ts";
import { searchCommand } from "./search.ts";
import { sessionsCommand } from "./sessions.ts";
import { setupCommand } from "./setup.ts";
import { similarCommand } from "./similar.ts";
import { statusCommand } from "./status.ts";
import { uninstallCommand } from "./uninstall.ts";
import { unloadCommand } from "./unload.ts";
import { upCommand } from "./up.ts";
import { watchCommand } from "./watch.ts";

/** Every command, in the order in which help lists them. */
export const commands: readonly CliCommand[] = [
  upCommand,
  setupCommand,
  uninstallCommand,
  migrateCommand,
  ingestCommand,
  watchCommand,
  searchCommand,
  similarCommand,
  duplicatesCommand,
  exifCommand,
  compareCommand,
  listCommand,
  infoCommand,
  logCommand,
  keepCommand,
  deleteCommand,
  unloadCommand,
  restoreCommand,
  exportCommand,
  importCommand,
  adoptCommand,
  reindexCommand,
  statusCommand,
  doctorCommand,
  sessionsCommand,
  hubCommand,
  configCommand,
  mcpCommand,
  completionCommand,
  imageCommand,
  helpCommand,
];
