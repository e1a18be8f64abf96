import type { AsyncCatalog } from "../catalog/catalog-client.ts";
import type { StatePaths } from "../config/paths.ts";
import type { Program } from "../config/program.ts";
import type { Settings } from "../config/settings.ts";
import { engineOff } from "./engine-off.ts";
import type { EngineService } from "./engine-service.ts";
import type { Log } from "./log.ts";

export interface EngineServiceOptions {
  readonly paths: StatePaths;
  readonly program: Program;
  readonly settings: Settings;
  readonly log: Log;
  readonly journal: AsyncCatalog;
}

export function openEngineService(_options: EngineServiceOptions): Promise<EngineService> {
  return Promise.resolve(engineOff("not there yet"));
}
