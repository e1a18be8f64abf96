import { CommonsError } from "../core/errors.ts";
import { settingSpecs, type SettingName } from "./settings.ts";

/** Where a value was given; `command` is `commons config set`, which has stored nothing yet. */
export type SettingPlace =
  | { readonly layer: "flag" | "env" | "default" | "command" }
  | { readonly layer: "project" | "user"; readonly file: string };

const maxShown = 100;

/** The error of a value that its schema refuses: setting, place, value, what is legal, and a next step that fits the place. */
export function settingProblem(name: SettingName, raw: unknown, place: SettingPlace): CommonsError {
  const given = JSON.stringify(shownSetting(name, raw)) ?? "nothing";
  const shown = given.length > maxShown ? `${given.slice(0, maxShown)}...` : given;
  return new CommonsError(
    "SETTING_INVALID",
    `Setting ${name} is wrong: ${placeText(name, place)} gives ${shown}. It takes ${settingSpecs[name].legal}.`,
    {
      hint: hasCredentials(name, raw) ? credentialsHint(name) : nextStep(name, place),
      details: { setting: name, layer: place.layer },
    },
  );
}

/** A value as it may be shown: values of headers and, of a URL, what stands before the @ and in the query are masked. */
export function shownSetting(name: SettingName, value: unknown): unknown {
  if (name === "chroma.headers") {
    if (typeof value !== "string") return "****";
    return value.replaceAll(/((?:^|;;|\n)[^:;\n]*:)(?:(?!;;)[^\n])*/g, "$1 ****");
  }
  // Up to the last @, because a URL that is wrong may hold anything in its password.
  if (isAddress(name) && typeof value === "string")
    return value.replace(/^([a-z]*:\/\/)?.*@/is, "$1****@").replace(/([?#]).*/s, "$1****");
  return value;
}

function hasCredentials(name: SettingName, raw: unknown): boolean {
  if (!isAddress(name) || typeof raw !== "string") return false;
  return raw.includes("@") || (name === "hub.url" && /[?#]/.test(raw));
}

function isAddress(name: SettingName): boolean {
  return name.endsWith(".url");
}

function credentialsHint(name: SettingName): string {
  if (name === "chroma.url")
    return `Leave user and password out of the URL and use chroma.headers: commons config set chroma.headers "Authorization: ..."`;
  if (name === "openai.url")
    return "Leave user and password out of the URL; a key goes into the environment variable COMMONS_OPENAI_API_KEY.";
  if (name === "hub.url") return "Leave it out of the URL; the token goes into the environment: COMMONS_HUB_TOKEN.";
  return "Leave user and password out of the URL.";
}

/** Options have the last part of a setting's name: --space, and --runtime of containers.runtime. */
function flagOf(name: SettingName): string {
  return `--${name.slice(name.lastIndexOf(".") + 1)}`;
}

function placeText(name: SettingName, place: SettingPlace): string {
  switch (place.layer) {
    case "flag":
      return `the option ${flagOf(name)}`;
    case "env":
      return `the environment variable ${settingSpecs[name].env}`;
    case "project":
      return `the project's file ${place.file}`;
    case "user":
      return `your settings file ${place.file}`;
    case "command":
      return "the command";
    default:
      return "the default";
  }
}

function nextStep(name: SettingName, place: SettingPlace): string {
  switch (place.layer) {
    case "flag":
      return `Give ${flagOf(name)} such a value, or leave it out.`;
    case "env":
      return `Change or unset ${settingSpecs[name].env}.`;
    case "project":
      return `Change or remove "${name}" in ${place.file}.`;
    case "user":
      return `Set it anew: commons config set ${name} VALUE, or remove it: commons config unset ${name}`;
    default:
      return `Give such a value: commons config set ${name} VALUE`;
  }
}
