import type { LoadedSettings, SettingLayer } from "../config/load-settings.ts";
import { settingNames } from "../config/load-settings.ts";
import { shownSetting } from "../config/setting-problem.ts";
import type { SettingScope } from "../config/setting-spec.ts";
import { isSettingName, settingSpecs, type SettingName } from "../config/settings.ts";
import { nearestNames } from "../core/collection-name.ts";
import { CommonsError } from "../core/errors.ts";

export interface SettingRow {
  readonly name: SettingName;
  /** As it may be shown: secrets masked; null when the setting has no value. */
  readonly value: string | number | boolean | null;
  readonly origin: SettingLayer;
  readonly scope: SettingScope;
  readonly env: string;
  readonly description: string;
}

/** Every setting with its value and where that comes from, in the order of the schema. */
export function settingRows(loaded: LoadedSettings): SettingRow[] {
  return settingNames().map((name) => {
    const { scope, env, description } = settingSpecs[name];
    return {
      name,
      value: shownValue(name, loaded.settings[name]),
      origin: loaded.origins[name],
      scope,
      env,
      description,
    };
  });
}

function shownValue(name: SettingName, value: string | number | boolean | undefined): SettingRow["value"] {
  if (value === undefined) return null;
  return typeof value === "string" ? String(shownSetting(name, value)) : value;
}

/** The value for people; "(none)" where there is none. */
export function valueText({ value }: SettingRow): string {
  return value === null || value === "" ? "(none)" : String(value);
}

/** Errors: SETTING_UNKNOWN with the nearest names. */
export function requireSettingName(name: string): SettingName {
  if (isSettingName(name)) return name;
  const nearest = nearestNames(name, settingNames());
  throw new CommonsError("SETTING_UNKNOWN", `There is no setting "${name.slice(0, 100)}".`, {
    hint: nearest.length > 0 ? `Did you mean ${nearest.join(" or ")}?` : "commons config lists all settings.",
  });
}
