import { ruleNames } from "./ignore-rules.ts";

/**
 * Whether an event of a name in a directory may change what is left out: a rule file was written, or something came or went by which
 * repositories and filled directories are recognised.
 */
export function isRuleChange(name: string, type: "rename" | "change"): boolean {
  return ruleNames.has(name) && (type === "rename" || (name.startsWith(".") && name !== ".git"));
}
