import { readFileSync } from "node:fs";
import { z } from "zod";
import { CommonsError, systemErrorCode } from "../core/errors.ts";

/** What stands in a settings file, its names and values unchecked; {} when it is missing. Errors: SETTING_INVALID. */
export function readSettingsFile(file: string): Readonly<Record<string, unknown>> {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    const code = systemErrorCode(error) ?? "error";
    if (code === "ENOENT" || code === "ENOTDIR") return {};
    throw new CommonsError("SETTING_INVALID", `The settings file ${file} cannot be read (${code}).`, {
      hint: "Check its permissions, or move it away.",
      cause: error,
    });
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson(file, content));
  if (parsed.success) return parsed.data;
  throw new CommonsError("SETTING_INVALID", `The settings file ${file} must hold a JSON object of settings.`, {
    hint: `Mend it, for example {"collection": "NAME"}, or remove it.`,
  });
}

function parseJson(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    // Only the place: the parser's own words quote the file, which may hold keys.
    const place = /\((line \d+ column \d+)\)/.exec(String(error))?.[1];
    const where = place === undefined ? "" : ` (${place})`;
    throw new CommonsError("SETTING_INVALID", `The settings file ${file} is no valid JSON${where}.`, {
      hint: "Mend or remove the file.",
    });
  }
}
