import { dirname, isAbsolute, join, resolve } from "node:path";
import { readGitFacts, type GitPlace } from "./git-facts.ts";
import { compileGlob } from "./glob.ts";
import { readBytes } from "./rule-files.ts";

/** What git's settings say of ignore rules in one repository. */
export interface IgnoreSettings {
  /** `core.excludesFile`, absolute; git's default place when it is not set, null when it is set to nothing. */
  readonly excludesFile: string | null;
  /** `core.ignoreCase`. */
  readonly foldCase: boolean;
  /** Of the hashes in the index. */
  readonly hashBytes: 20 | 32;
}

/** Where the person's own git settings lie. */
export interface GitHome {
  readonly home: string;
  /** `$XDG_CONFIG_HOME`, or `.config` of the home. */
  readonly configHome: string;
}

interface Setting {
  /** Lower case, without a subsection: "core.excludesfile". */
  readonly key: string;
  /** Of `[section "subsection"]`. */
  readonly subsection: string;
  readonly value: string;
}

const maxConfigBytes = 1_000_000;
const maxIncludeDepth = 5;
const maxIncludes = 50;
const systemConfig = "/etc/gitconfig";

/** Reads git's settings from its files, without running git: system, person, repository, worktree; later ones win. */
export async function readIgnoreSettings(place: GitPlace, person: GitHome): Promise<IgnoreSettings> {
  const files = [
    systemConfig,
    join(person.configHome, "git", "config"),
    join(person.home, ".gitconfig"),
    join(place.commonDirectory, "config"),
  ];
  const budget = { left: maxIncludes };
  const settings: Setting[] = [];
  for (const file of files) settings.push(...(await readConfig(file, { place, person, budget, depth: 0 })));
  if (isTrue(lastValue(settings, "extensions.worktreeconfig")))
    settings.push(
      ...(await readConfig(join(place.gitDirectory, "config.worktree"), { place, person, budget, depth: 0 })),
    );
  const excludes = lastValue(settings, "core.excludesfile");
  return {
    excludesFile:
      excludes === null ? join(person.configHome, "git", "ignore") : expand(excludes, person.home, place.top),
    foldCase: isTrue(lastValue(settings, "core.ignorecase")),
    hashBytes: lastValue(settings, "extensions.objectformat")?.toLowerCase() === "sha256" ? 32 : 20,
  };
}

interface ConfigRead {
  readonly place: GitPlace;
  readonly person: GitHome;
  /** Files that may still be included: an include may name itself, or many. */
  readonly budget: { left: number };
  readonly depth: number;
}

async function readConfig(file: string, read: ConfigRead): Promise<Setting[]> {
  const text = (await readBytes(file, { maxBytes: maxConfigBytes, follow: true }))?.toString("utf8");
  if (text === undefined) return [];
  const settings: Setting[] = [];
  for (const setting of parseGitConfig(text)) {
    settings.push(setting);
    const isIncluded =
      setting.key === "include.path" ||
      (setting.key === "includeif.path" && (await meets(setting.subsection, file, read)));
    if (!isIncluded || read.depth >= maxIncludeDepth || read.budget.left-- <= 0) continue;
    const path = expand(setting.value, read.person.home, dirname(file));
    if (path !== null) settings.push(...(await readConfig(path, { ...read, depth: read.depth + 1 })));
  }
  return settings;
}

/** The condition of `[includeIf "gitdir:..."]` or `"onbranch:..."`; `hasconfig` is never met. */
async function meets(condition: string, file: string, { place, person }: ConfigRead): Promise<boolean> {
  const branchPattern = /^onbranch:(.+)$/.exec(condition)?.[1];
  if (branchPattern !== undefined) {
    const { branch } = await readGitFacts(place);
    return branch !== null && matchesBytes(branchPattern.replace(/\/$/, "/**"), branch, false);
  }
  const match = /^gitdir(\/i)?:(.+)$/.exec(condition);
  if (match === null) return false;
  let pattern = (match[2] ?? "").replace(/^~(?=\/)/, () => person.home).replace(/^\.(?=\/)/, () => dirname(file));
  if (!isAbsolute(pattern)) pattern = `**/${pattern}`;
  if (pattern.endsWith("/")) pattern += "**";
  return matchesBytes(pattern, place.gitDirectory, match[1] !== undefined);
}

function matchesBytes(pattern: string, text: string, foldCase: boolean): boolean {
  return compileGlob(Buffer.from(pattern).toString("latin1"), foldCase)(Buffer.from(text).toString("latin1"));
}

function expand(value: string, home: string, base: string): string | null {
  if (value === "") return null;
  if (value === "~" || value.startsWith("~/")) return join(home, value.slice(1));
  return resolve(base, value);
}

function lastValue(settings: readonly Setting[], key: string): string | null {
  return settings.findLast((setting) => setting.key === key)?.value ?? null;
}

function isTrue(value: string | null): boolean {
  return value !== null && /^(true|yes|on|1)$/i.test(value);
}

/** The settings of a config file in their order (git-config(1)); lines that are none are passed over. */
function parseGitConfig(text: string): Setting[] {
  const settings: Setting[] = [];
  let section = "";
  let subsection = "";
  for (const line of text.replaceAll(/\\\r?\n/g, "").split(/\r?\n/)) {
    const header = /^\s*\[\s*([\w.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
    if (header !== null) {
      section = (header[1] ?? "").toLowerCase();
      subsection = (header[2] ?? "").replaceAll(/\\(.)/g, "$1");
    }
    const rest = header === null ? line : line.slice(header[0].length);
    const entry = /^\s*([a-z][\w-]*)\s*(?:=(.*))?$/is.exec(rest);
    if (entry === null || section === "") continue;
    const value = entry[2] === undefined ? "true" : valueOf(entry[2]);
    settings.push({ key: `${section}.${(entry[1] ?? "").toLowerCase()}`, subsection, value });
  }
  return settings;
}

function valueOf(raw: string): string {
  let value = "";
  let isQuoted = false;
  // Trailing blanks count only inside of quotes.
  let kept = 0;
  for (let at = 0; at < raw.length; at++) {
    let char = raw.charAt(at);
    if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (char === "#" || char === ";")) break;
    else {
      const isEscape = char === "\\";
      if (isEscape) char = { n: "\n", t: "\t", b: "\b" }[raw.charAt(++at)] ?? raw.charAt(at);
      const isBlank = !isQuoted && !isEscape && (char === " " || char === "\t");
      if (isBlank && value === "") continue;
      value += char;
      if (!isBlank) kept = value.length;
    }
    if (isQuoted) kept = value.length;
  }
  return value.slice(0, kept);
}
