import type { ClientAdapter, ConfigTable, ConfigValue, LaunchSpec } from "./client-adapter.ts";
import { isTable } from "./documents/config-values.ts";

/** What stands below the server's name in the agent's file: the adapter's template filled in. An environment without variables is left out. */
export function entryValue({ entry }: Pick<ClientAdapter, "entry">, spec: LaunchSpec): ConfigTable {
  const filled: Record<string, ConfigValue> = {};
  for (const [key, value] of Object.entries(entry)) {
    const inPlace = filledValue(value, spec);
    if (inPlace !== null || value === null) filled[key] = inPlace;
  }
  return filled;
}

/** The entry with another command, arguments and variables; whatever else a person has in it stays. */
export function withLaunch({ entry }: Pick<ClientAdapter, "entry">, value: ConfigTable, spec: LaunchSpec): ConfigTable {
  return overlaid(entry, value, spec);
}

const places = ["{command}", "{args}", "{argv}", "{env}"] as const;
type Place = (typeof places)[number];

function placeOf(template: ConfigValue): Place | null {
  return places.find((place) => place === template) ?? null;
}

/** null: an empty environment. */
function placed(place: Place, { command, args, env }: LaunchSpec): ConfigValue {
  if (place === "{command}") return command;
  if (place === "{args}") return args;
  if (place === "{argv}") return [command, ...args];
  return Object.keys(env).length === 0 ? null : env;
}

function filledValue(template: ConfigValue, spec: LaunchSpec): ConfigValue {
  const place = placeOf(template);
  if (place !== null) return placed(place, spec);
  if (isTable(template)) return entryValue({ entry: template }, spec);
  if (isList(template)) return template.map((item) => filledValue(item, spec));
  return template;
}

function overlaid(template: ConfigTable, value: ConfigTable, spec: LaunchSpec): ConfigTable {
  const result: Record<string, ConfigValue> = { ...value };
  for (const [key, inner] of Object.entries(template)) {
    const place = placeOf(inner);
    const standing = Object.hasOwn(value, key) ? value[key] : undefined;
    if (place === null) {
      if (isTable(inner) && containsPlace(inner))
        result[key] = overlaid(inner, isTable(standing) ? standing : {}, spec);
      continue;
    }
    const wanted = placed(place, spec);
    if (wanted !== null) result[key] = wanted;
    else if (standing !== undefined) delete result[key];
  }
  return result;
}

function containsPlace(template: ConfigValue): boolean {
  return placeOf(template) !== null || (isTable(template) && Object.values(template).some(containsPlace));
}

function isList(value: ConfigValue): value is readonly ConfigValue[] {
  return Array.isArray(value);
}
