import ignore, { type Ignore } from "ignore";
import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { defaultIgnoreText } from "./default-ignores.ts";
import { findGitPlace } from "./git-facts.ts";
import type { Workspace } from "./workspace.ts";

/** The rules that hold in one directory: its own files' on top of all those above. Paths are relative to the workspace's root. */
export interface DirectoryRules {
  isIgnored(path: string, isDirectory: boolean): boolean;
  /** The rules of a directory directly below; `names` are its entries, so that only files that are there are read. */
  enter(directory: string, names: ReadonlySet<string>): Promise<DirectoryRules>;
}

const ruleFileNames = [".gitignore", ".commonsignore"] as const;
const maxRuleFileBytes = 1_000_000;

interface RuleContext {
  readonly workspace: Workspace;
  /** Path from the repository's top to the workspace's root, with a closing slash; "" when they are one. */
  readonly prefix: string;
}

/**
 * The rules of the workspace's root: built-in ones, then .git/info/exclude, then .gitignore and .commonsignore of every
 * directory, where a later and deeper rule wins, as in git. A repository above the workspace gives its rules too. Git's
 * global excludes are a matter of the person, not of the project, and are not read.
 */
async function rootRules(workspace: Workspace): Promise<DirectoryRules> {
  const place = await findGitPlace(workspace.root);
  const base = newIgnore().add(defaultIgnoreText(place !== null));
  const plain: RuleContext = { workspace, prefix: "" };
  const names = new Set<string>(ruleFileNames);
  if (place === null) return extend(plain, base, { directory: "", names });
  const exclude = await readRuleFile(() => openPlain(join(place.commonDirectory, "info", "exclude")));
  if (exclude !== null) base.add(exclude);
  const prefix = withSlash(relative(place.top, workspace.root).split(sep).join("/"));
  const inherited = await rulesAbove(base, { top: place.top, root: workspace.root, prefix });
  // Whoever opens an ignored directory as a workspace wants what is in it.
  if (prefix !== "" && inherited.ignores(prefix)) return extend(plain, base, { directory: "", names });
  return extend({ workspace, prefix }, inherited, { directory: "", names });
}

/** The rules that hold in a directory, read from the root downwards; `directory` is relative to the root, "" for the root. */
export async function rulesFor(workspace: Workspace, directory: string): Promise<DirectoryRules> {
  let rules = await rootRules(workspace);
  let path = "";
  for (const part of directory === "" ? [] : directory.split("/")) {
    path = path === "" ? part : `${path}/${part}`;
    rules = await rules.enter(path, new Set(ruleFileNames));
  }
  return rules;
}

async function rulesAbove(base: Ignore, place: { top: string; root: string; prefix: string }): Promise<Ignore> {
  const directories: string[] = [];
  for (let at = dirname(place.root); at.startsWith(place.top); at = dirname(at)) {
    directories.unshift(at);
    if (at === place.top) break;
  }
  const rules = newIgnore().add(base);
  for (const directory of place.prefix === "" ? [] : directories) {
    const text = await readRuleFile(() => openPlain(join(directory, ".gitignore")));
    const at = withSlash(relative(place.top, directory).split(sep).join("/"));
    if (text !== null) rules.add(rebase(text, at));
  }
  return rules;
}

async function extend(
  context: RuleContext,
  parent: Ignore,
  place: { directory: string; names: ReadonlySet<string> },
): Promise<DirectoryRules> {
  let rules = parent;
  for (const name of ruleFileNames) {
    if (!place.names.has(name)) continue;
    const path = place.directory === "" ? name : `${place.directory}/${name}`;
    const text = await readRuleFile(() => context.workspace.openInside(path));
    if (text === null) continue;
    rules = newIgnore()
      .add(rules)
      .add(rebase(text, context.prefix + withSlash(place.directory)));
  }
  return {
    isIgnored: (path, isDirectory) => rules.ignores(context.prefix + path + (isDirectory ? "/" : "")),
    enter: (directory, names) => extend(context, rules, { directory, names }),
  };
}

/** The same rules, written for the repository's top instead of the directory they stand in. */
function rebase(text: string, directory: string): string {
  if (directory === "") return text;
  const at = directory.replaceAll(/[\\*?[\]!# ]/g, String.raw`\$&`);
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line) => rebaseLine(line, at))
    .join("\n");
}

function rebaseLine(line: string, at: string): string {
  if (line === "" || line.startsWith("#") || line.trim() === "") return "";
  const negation = line.startsWith("!") ? "!" : "";
  // An escaped first character needs its backslash only where it stands first.
  const pattern = line.slice(negation.length).replace(/^\\([!#])/, "$1");
  const isAnchored = pattern.replace(/\/? *$/, "").includes("/");
  return `${negation}/${at}${isAnchored ? pattern.replace(/^\//, "") : `**/${pattern}`}`;
}

function newIgnore(): Ignore {
  return ignore({ ignorecase: process.platform === "win32" || process.platform === "darwin" });
}

function withSlash(directory: string): string {
  return directory === "" ? "" : `${directory}/`;
}

function openPlain(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
}

/** A rule file's text, or null where there is none to be read: missing, a link (git refuses those too), a pipe, too large. */
async function readRuleFile(openFile: () => Promise<FileHandle>): Promise<string | null> {
  let handle: FileHandle;
  try {
    handle = await openFile();
  } catch (thrown) {
    if (thrown instanceof CommonsError || systemErrorCode(thrown) !== undefined) return null;
    throw thrown;
  }
  try {
    const stats = await handle.stat();
    return stats.isFile() && stats.size <= maxRuleFileBytes ? await handle.readFile("utf8") : null;
  } finally {
    await handle.close();
  }
}
