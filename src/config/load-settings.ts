import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { defaultHome, statePaths, type StatePaths } from "./paths.ts";
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
  /** Directory whose `.commons.json` is read; its hub settings are refused. */
  readonly projectDirectory?: string;
  readonly flags?: Readonly<Partial<Record<SettingName, unknown>>>;
}

const projectFileName = ".commons.json";

/** The environment as the program sees it: the one place outside the loaders that touches `process.env`. */
export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

/** Paths of the home that `env` names, always absolute. */
export function homePaths(env: NodeJS.ProcessEnv): StatePaths {
  return statePaths(resolve(defaultHome(env)));
}

/** Layers: flag over environment over project file over user file over default. Errors: SETTING_INVALID, SETTING_UNKNOWN. */
export function loadSettings(sources: SettingSources): LoadedSettings {
  const user = readSettingsFile(sources.userFile);
  const project =
    sources.projectDirectory === undefined ? {} : readProjectFile(join(sources.projectDirectory, projectFileName));
  const values: Record<string, unknown> = {};
  const origins: Record<string, SettingLayer> = {};
  for (const name of settingNames()) {
    const { layer, raw } = firstGiven(name, { flags: sources.flags ?? {}, env: sources.env, project, user });
    values[name] = parseSetting(name, raw, layer);
    origins[name] = layer;
  }
  // Safe: the loop above filled every name with the output of that name's own schema.
  return { settings: values as Settings, origins: origins as Record<SettingName, SettingLayer> };
}

export function settingNames(): SettingName[] {
  return Object.keys(settingSpecs).filter(isSettingName);
}

/** Checks one value against its schema. Errors: SETTING_INVALID. */
export function parseSetting(name: SettingName, raw: unknown, layer: SettingLayer): unknown {
  const parsed = settingSpecs[name].schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new CommonsError("SETTING_INVALID", `Setting ${name} (${layer}) is wrong: ${z.prettifyError(parsed.error)}`, {
    hint: `${settingSpecs[name].description} Set it with: commons config set ${name} VALUE`,
  });
}

/** Values of a settings file by setting name; {} when it is missing. Errors: SETTING_INVALID, SETTING_UNKNOWN. */
export function readSettingsFile(file: string): Partial<Record<SettingName, unknown>> {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") return {};
    throw new CommonsError("SETTING_INVALID", `${file} cannot be read.`, {
      hint: "Check its permissions.",
      cause: error,
    });
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson(file, content));
  if (!parsed.success)
    throw new CommonsError("SETTING_INVALID", `${file} must hold a JSON object of settings.`, {
      hint: "See: commons config",
    });
  for (const name of Object.keys(parsed.data)) {
    if (!isSettingName(name)) {
      throw new CommonsError("SETTING_UNKNOWN", `${file} has an unknown setting "${name}".`, {
        hint: "commons config lists all settings.",
      });
    }
  }
  return parsed.data;
}

function readProjectFile(file: string): Partial<Record<SettingName, unknown>> {
  const values = readSettingsFile(file);
  for (const name of settingNames()) {
    if (name in values && settingSpecs[name].scope === "hub") {
      throw new CommonsError("SETTING_INVALID", `${file} sets ${name}, which a project may not.`, {
        hint: `Set it for yourself: commons config set ${name} VALUE`,
      });
    }
  }
  return values;
}

function parseJson(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new CommonsError("SETTING_INVALID", `${file} is no valid JSON: ${String(error)}`, {
      hint: "Mend or remove the file.",
      cause: error,
    });
  }
}

interface Layers {
  readonly flags: Readonly<Partial<Record<SettingName, unknown>>>;
  readonly env: NodeJS.ProcessEnv;
  readonly project: Partial<Record<SettingName, unknown>>;
  readonly user: Partial<Record<SettingName, unknown>>;
}

function firstGiven(name: SettingName, layers: Layers): { layer: SettingLayer; raw: unknown } {
  if (layers.flags[name] !== undefined) return { layer: "flag", raw: layers.flags[name] };
  const fromEnv = layers.env[settingSpecs[name].env];
  if (fromEnv !== undefined && fromEnv !== "") return { layer: "env", raw: fromEnv };
  if (layers.project[name] !== undefined) return { layer: "project", raw: layers.project[name] };
  if (layers.user[name] !== undefined) return { layer: "user", raw: layers.user[name] };
  return { layer: "default", raw: undefined };
}
