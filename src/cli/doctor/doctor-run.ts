import { statSync } from "node:fs";
import { HubClient } from "../../client/hub-client.ts";
import { environment, homePaths, inspectSettings } from "../../config/load-settings.ts";
import { currentProgram } from "../../config/program.ts";
import { asCommonsError, systemErrorCode } from "../../core/errors.ts";
import { askRunningHub } from "../hub-access.ts";
import { type DoctorContext, failure, type Finding, type Repair, type RunningHub } from "./finding.ts";
import { checks } from "./registry.ts";

export interface AreaFindings {
  readonly area: string;
  readonly findings: readonly Finding[];
}

export interface DoctorOptions {
  readonly cwd: string;
  readonly isDeep: boolean;
  readonly withoutChroma: boolean;
  readonly onProgress: (text: string) => void;
}

/** Makes what the checks look at, and ends what it needed when `use` is done. Starts no hub. */
export async function withDoctor<T>(options: DoctorOptions, use: (context: DoctorContext) => Promise<T>): Promise<T> {
  const env = environment();
  const paths = homePaths(env);
  const { settings, problems } = inspectSettings({ env, userFile: paths.configFile, projectDirectory: options.cwd });
  const program = currentProgram();
  const client = new HubClient({ paths, program, env, identity: null, space: settings.space });
  try {
    const hub = await lookAtHub({ client, paths, space: settings.space });
    return await use({ ...options, paths, program, env, settings, settingProblems: problems, client, hub });
  } finally {
    client.close();
  }
}

async function lookAtHub(access: Parameters<typeof askRunningHub>[0]): Promise<RunningHub> {
  try {
    const hello = await access.client.find();
    if (hello === null) return { kind: "none" };
    try {
      const answer = await askRunningHub(access, "hub.status");
      return answer === null ? { kind: "none" } : { kind: "running", hello, status: answer.result };
    } catch (error) {
      return { kind: "other", hello, error: asCommonsError(error) };
    }
  } catch (error) {
    return { kind: "unreachable", error: asCommonsError(error) };
  }
}

/** Runs all checks, one after another; one that fails is a finding of its own and stops none of the others. */
export async function runChecks(context: DoctorContext): Promise<AreaFindings[]> {
  const areas: AreaFindings[] = [];
  const { home } = context.paths;
  if (statSync(home, { throwIfNoEntry: false })?.isDirectory() === false) {
    const next = "Set COMMONS_HOME to a directory, or move what is there away.";
    return [{ area: "home", findings: [failure(`${home} is no directory, so nothing can be kept there.`, next)] }];
  }
  for (const check of checks) {
    try {
      areas.push({ area: check.area, findings: await check.run(context) });
    } catch (error) {
      areas.push({ area: check.area, findings: [unseen(error)] });
    }
  }
  return areas;
}

/** A check that failed, without the words of Node. */
function unseen(error: unknown): Finding {
  const code = systemErrorCode(error);
  const path = error instanceof Error && "path" in error ? String(error.path) : null;
  if (path !== null && (code === "EACCES" || code === "EPERM"))
    return failure(`This could not be looked at: you may not open ${path}.`, `See whose it is: ls -ld ${path}`);
  const { message, hint = "Run commons doctor again; commons hub logs may say more." } = asCommonsError(error);
  return failure(`This could not be looked at: ${message}`, hint);
}

/** What `--fix` would do, each once; a rebuild makes all that a mend does. */
export function repairsOf(areas: readonly AreaFindings[]): Repair[] {
  const found = areas.flatMap(({ findings }) => findings.flatMap(({ repair }) => repair ?? []));
  const byKey = new Map(found.map((repair) => [repair.key, repair]));
  if (byKey.has("catalog-rebuild")) {
    byKey.delete("catalog");
    // Chroma is brought up to date as a whole after a rebuild.
    for (const key of byKey.keys()) if (key.startsWith("mirror ")) byKey.delete(key);
  }
  return [...byKey.values()];
}
