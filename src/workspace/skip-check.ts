import { existsSync } from "node:fs";
import { join } from "node:path";
import type { SkipReason } from "../core/document.ts";
import { rootRules, type DirectoryRules, type RuleOptions } from "./ignore-rules.ts";
import { isGitName } from "./path-form.ts";
import { isSecretName } from "./secret-names.ts";
import type { Workspace } from "./workspace.ts";

/** Why an entry of a directory is not looked at; null when it is. */
export function leftOutReason(rules: DirectoryRules, name: string, isDirectory: boolean): SkipReason | null {
  // Not left to the rules, which a project could take back: nothing of .git is ever indexed.
  return isGitName(name) ? "ignored" : rules.reasonToSkip(name, isDirectory);
}

/** Why a single file would not be taken, by its name and place alone; null when it would. Each directory's rules are read once. */
export function createSkipCheck(workspace: Workspace): (path: string) => Promise<SkipReason | null> {
  const rulesOf = createRulesLookup(workspace);
  return async (path) => {
    const parts = path.split("/");
    if (path.includes("\0") || parts.some((part) => part === "" || part === "." || part === ".."))
      return "invalid-name";
    const name = parts.pop() ?? "";
    const directory = parts.join("/");
    const rules = await rulesOf(directory);
    if (typeof rules === "string") return rules;
    return leftOutReason(rules, name, false) ?? (isSecretName(name, directory) ? "secret" : null);
  };
}

/** The rules that hold for the entries of a directory's parent; a reason when the parent itself is left out. "" is the root. */
export async function rulesAbove(
  workspace: Workspace,
  directory: string,
  options: RuleOptions = {},
): Promise<DirectoryRules | SkipReason> {
  const rulesOf = createRulesLookup(workspace, options);
  const cut = directory.lastIndexOf("/");
  const rules = await rulesOf(cut === -1 ? "" : directory.slice(0, cut));
  if (typeof rules === "string" || directory === "") return rules;
  return leftOutReason(rules, directory.slice(cut + 1), true) ?? rules;
}

/** Rules by directory ("" is the root), each read once; a reason for a directory that is left out. */
function createRulesLookup(
  workspace: Workspace,
  options: RuleOptions = {},
): (directory: string) => Promise<DirectoryRules | SkipReason> {
  const known = new Map<string, Promise<DirectoryRules | SkipReason>>();
  const read = async (directory: string): Promise<DirectoryRules | SkipReason> => {
    if (directory === "") return rootRules(workspace, options);
    const cut = directory.lastIndexOf("/");
    const above = await lookUp(cut === -1 ? "" : directory.slice(0, cut));
    if (typeof above === "string") return above;
    const name = directory.slice(cut + 1);
    const reason = leftOutReason(above, name, true);
    if (reason !== null) return reason;
    const absolute = join(workspace.root, directory);
    const rules = await above.enter(name, { has: (entry) => existsSync(join(absolute, entry)) });
    return rules.leftOut ?? rules;
  };
  const lookUp = (directory: string): Promise<DirectoryRules | SkipReason> => {
    const found = known.get(directory) ?? read(directory);
    known.set(directory, found);
    return found;
  };
  return lookUp;
}
