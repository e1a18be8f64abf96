import { join, resolve } from "node:path";
import { nearestNames } from "../core/collection-name.ts";
import { CommonsError } from "../core/errors.ts";
import { defaultHome, statePaths, type StatePaths } from "./paths.ts";
import { settingProblem, type SettingPlace } from "./setting-problem.ts";
import { readSettingsFile } from "./settings-file.ts";
import { isSettingName, settingSpecs, type SettingName, type Settings } from "./settings.ts";

export type SettingLayer = "flag" | "env" | "project" | "user" | "default";

export interface LoadedSettings {
  readonly settings: Settings;
  /** Which layer each value came from. */
  readonly origins: Readonly<Record<SettingName, SettingLayer>>;
}

export interface SettingSources {
  readonly env: NodeJS.ProcessEnv;
  /** `config.json` of the home. */
  readonly userFile: string;
  /** Directory whose `.commons.json` is read; what it may not choose is refused. */
  readonly projectDirectory?: string;
  readonly flags?: Readonly<Partial<Record<SettingName, unknown>>>;
}

const projectFileName = ".commons.json";
const maxNameShown = 100;

/** The environment as the program sees it: the one place outside the loaders that touches `process.env`. */
export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

/** Paths of the home that `env` names, always absolute. Errors: SETTING_INVALID when COMMONS_HOME is relative. */
export function homePaths(env: NodeJS.ProcessEnv): StatePaths {
  return statePaths(resolve(defaultHome(env)));
}

export interface InspectedSettings extends LoadedSettings {
  /** What is wrong with the layers, as errors with a next step; what is wrong counts as not given. */
  readonly problems: readonly CommonsError[];
}

/** Layers: flag over environment over project file over user file over default. Errors: SETTING_INVALID, SETTING_UNKNOWN. */
export function loadSettings(sources: SettingSources): LoadedSettings {
  const { problems, ...loaded } = inspectSettings(sources);
  if (problems[0] !== undefined) throw problems[0];
  return loaded;
}

/** `loadSettings` for commands that must work with wrong settings too: never throws for one, but says what is wrong. */
export function inspectSettings(sources: SettingSources): InspectedSettings {
  const problems: CommonsError[] = [];
  const layers = {
    flags: sources.flags ?? {},
    env: sources.env,
    user: readLayer("user", sources.userFile, problems),
    project:
      sources.projectDirectory === undefined
        ? emptyLayer
        : readLayer("project", join(sources.projectDirectory, projectFileName), problems),
  };
  const values: Record<string, unknown> = {};
  const origins: Record<string, SettingLayer> = {};
  for (const name of settingNames()) {
    for (const { raw, place } of given(name, layers)) {
      try {
        const value = parseSetting(name, raw, place);
        if (name === "space" && place.layer === "project")
          requireProjectSpace(String(value), String(values["space.projects"]), layers.project.file);
        values[name] = value;
        origins[name] = place.layer;
        break;
      } catch (error) {
        if (!(error instanceof CommonsError)) throw error;
        problems.push(error);
      }
    }
  }
  // Safe: the loop above filled every name with the output of that name's own schema; defaults are always legal.
  return { settings: values as Settings, origins: origins as Record<SettingName, SettingLayer>, problems };
}

export function settingNames(): SettingName[] {
  return Object.keys(settingSpecs).filter(isSettingName);
}

/** Checks one value against its schema. Errors: SETTING_INVALID. */
export function parseSetting(name: SettingName, raw: unknown, place: SettingPlace): unknown {
  const parsed = settingSpecs[name].schema.safeParse(raw);
  if (!parsed.success) throw settingProblem(name, raw, place);
  if (place.layer === "project") requireProjectMost(name, parsed.data, place.file);
  return parsed.data;
}

/** What a cloned repository could hold up a session with, or fill it. */
function requireProjectMost(name: SettingName, value: unknown, file: string): void {
  const { projectMost }: { readonly projectMost?: number } = settingSpecs[name];
  if (projectMost === undefined || typeof value !== "number" || value <= projectMost) return;
  throw new CommonsError(
    "SETTING_INVALID",
    `${file} sets ${name} to ${value}; a project may give ${projectMost} at most.`,
    {
      hint: `Lower or remove it there; to set it for yourself: commons config set ${name} ${value}`,
    },
  );
}

/** "space.projects" stands before "space" in the table, so it is known already. */
function requireProjectSpace(space: string, allowed: string, file: string): void {
  const names = allowed.split(",").map((one) => one.trim());
  if (names.includes("*") || names.includes(space)) return;
  throw new CommonsError(
    "SETTING_INVALID",
    `${file} chooses the space "${space}", which you have not allowed projects.`,
    {
      hint: `If you want it: commons config set space.projects ${space}. Else remove it there.`,
    },
  );
}

type FileLayer = "project" | "user";

interface LayerOfFile {
  readonly file: string;
  readonly values: Readonly<Partial<Record<SettingName, unknown>>>;
}

const emptyLayer: LayerOfFile = { file: "", values: {} };

/** The values of a file that may count; what may not is added to the problems. */
function readLayer(layer: FileLayer, file: string, problems: CommonsError[]): LayerOfFile {
  const values: Partial<Record<SettingName, unknown>> = {};
  try {
    for (const [name, value] of Object.entries(readSettingsFile(file, { isForeign: layer === "project" }))) {
      const problem = refusedName(layer, file, name) ?? nestedValue(file, name, value);
      if (problem !== null) problems.push(problem);
      else if (isSettingName(name)) values[name] = value;
    }
  } catch (error) {
    if (!(error instanceof CommonsError)) throw error;
    problems.push(error);
  }
  return { file, values };
}

function refusedName(layer: FileLayer, file: string, name: string): CommonsError | null {
  if (!isSettingName(name)) {
    const nearest = nearestNames(name, settingNames(), 1)[0];
    const advice = nearest === undefined ? "commons config lists all settings" : `Did you mean ${nearest}?`;
    const removal = layer === "user" ? `commons config unset ${name}` : `remove it from ${file}`;
    return new CommonsError("SETTING_UNKNOWN", `${file} has an unknown setting "${name.slice(0, maxNameShown)}".`, {
      hint: nearest === undefined ? `${advice}; to drop this one: ${removal}` : `${advice} To drop it: ${removal}`,
    });
  }
  if (layer === "user" || settingSpecs[name].scope === "session") return null;
  return new CommonsError("SETTING_INVALID", `${file} sets ${name}, which a project may not.`, {
    hint: `Remove it there; to set it for yourself: commons config set ${name} VALUE`,
  });
}

/** Every setting is a text, a number or yes and no; a value nested without end would take the whole stack to show. */
function nestedValue(file: string, name: string, value: unknown): CommonsError | null {
  if (typeof value !== "object" || value === null) return null;
  return new CommonsError("SETTING_INVALID", `${file} gives ${name} a list or an object; it takes ${legalOf(name)}.`, {
    hint: `Change or remove "${name}" there.`,
  });
}

function legalOf(name: string): string {
  return isSettingName(name) ? settingSpecs[name].legal : "a single value";
}

interface Layers {
  readonly flags: Readonly<Partial<Record<SettingName, unknown>>>;
  readonly env: NodeJS.ProcessEnv;
  readonly project: LayerOfFile;
  readonly user: LayerOfFile;
}

interface Given {
  readonly place: SettingPlace & { readonly layer: SettingLayer };
  readonly raw: unknown;
}

/** What the layers give for a setting, the one that wins first; the default last. */
function given(name: SettingName, { flags, env, project, user }: Layers): Given[] {
  // An empty variable is how clients leave one out.
  const fromEnv = env[settingSpecs[name].env] || undefined;
  const all: Given[] = [
    { place: { layer: "flag" }, raw: flags[name] },
    { place: { layer: "env" }, raw: fromEnv },
    { place: { layer: "project", file: project.file }, raw: project.values[name] },
    { place: { layer: "user", file: user.file }, raw: user.values[name] },
  ];
  return [...all.filter(({ raw }) => raw !== undefined), { place: { layer: "default" }, raw: undefined }];
}
