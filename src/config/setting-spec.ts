import { isAbsolute } from "node:path";
import { z } from "zod";

/**
 * Where a setting may be given. "hub": the hub reads it, from its environment and the user's file. "user": sessions read it, from the
 * same. "session": a project's file may give it as well; a cloned repository must not choose commands, models, URLs, paths or keys.
 */
export type SettingScope = "hub" | "user" | "session";

export interface SettingSpec<S extends z.ZodType> {
  readonly env: string;
  readonly scope: SettingScope;
  readonly schema: S;
  /** What the schema takes, in plain words that follow "It takes". */
  readonly legal: string;
  readonly description: string;
  /** The most that a project's file may give. */
  readonly projectMost?: number;
}

export const setting = <S extends z.ZodType>(spec: SettingSpec<S>): SettingSpec<S> => spec;

export const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
export const yesOrNo = z.union([
  z.boolean(),
  z.enum(["true", "false", "1", "0", "yes", "no"]).transform((v) => ["true", "1", "yes"].includes(v)),
]);

/** fetch refuses a URL with credentials, and status and log would show them. */
function hasNoCredentials(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed === null || (parsed.username === "" && parsed.password === "");
}

export const webAddress = z.url({ protocol: /^https?$/ }).refine(hasNoCredentials);

/** Only scheme, host and port: a token in a query would stand in logs and histories. */
export function isBareAddress(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.search === "" && parsed.hash === "" && parsed.pathname === "/";
}

/** The kernel takes 108 bytes on Linux and 104 on macOS, with the closing zero. */
export const socketPath = z
  .string()
  .refine((path) => isAbsolute(path) && !path.includes("\0") && Buffer.byteLength(path) <= 100);
