import { join, relative, sep } from "node:path";
import type { SkipReason } from "../core/document.ts";
import { createDefaultRules, isVendoredPlace, vendoredEntries, type DefaultRules } from "./default-ignores.ts";
import { bytesOf, combineMarks, parseAttributes, type AttributeList, type LinguistMarks } from "./git-attributes.ts";
import { findGitPlace, type GitPlace } from "./git-facts.ts";
import { openRepository, outsideRepository, type Repository } from "./git-repository.ts";
import { readOuterRuleFile, readRuleFile } from "./rule-files.ts";
import type { RuledPath } from "./rule-index.ts";
import { parseRules, type Rule, type RuleList } from "./rule-list.ts";
import type { Workspace } from "./workspace.ts";

/**
 * The rules that hold in one directory of a workspace. Asked in this order, the first answer counts: `.commonsignore`; git (see
 * `gitVerdict`); linguist's attributes; the built-in rules. As in git, the last rule of the deepest file counts, and what lies in a
 * directory that is left out cannot be taken in by a rule, except that a `.commonsignore` may name it by its path (`!build/keep.ts`).
 */
export interface DirectoryRules {
  /** Why nothing in the directory itself is taken; null when something may be. */
  readonly leftOut: SkipReason | null;
  /** Why an entry of the directory is left out by its name; null when it is taken, or gone into. */
  reasonToSkip(name: string, isDirectory: boolean): SkipReason | null;
  /** The rules of a directory directly below, by its name or path; `names` tells which of `ruleNames` are in it. */
  enter(directory: string, names: { has(name: string): boolean }): Promise<DirectoryRules>;
}

/** The names in a directory that its rules ask for. */
export const ruleNames: ReadonlySet<string> = new Set([
  ".gitignore",
  ".commonsignore",
  ".gitattributes",
  ".git",
  ...vendoredEntries,
]);

/** A rule file and those that count after it. */
interface Chain<T> {
  readonly list: T;
  /** Length of the path of the file's directory, with its slash. */
  readonly baseLength: number;
  readonly next: Chain<T> | null;
}

/** Why all of a directory is left out; some of it may be taken all the same: what git tracks, what a .commonsignore names. */
interface Exclusion {
  readonly reason: SkipReason;
  readonly by: "git" | "commons" | "defaults" | "marks";
}

interface Place {
  readonly workspace: Workspace;
  /** Relative to the workspace's root, "" or with a closing slash. */
  readonly path: string;
  /** The same in bytes, from the top of the repository that holds the workspace. */
  readonly full: string;
  readonly repository: Repository;
  readonly defaults: DefaultRules;
  readonly git: Chain<RuleList> | null;
  readonly commons: Chain<RuleList> | null;
  readonly attributes: Chain<AttributeList> | null;
  readonly exclusion: Exclusion | null;
  readonly takesIgnored: boolean;
}

export interface RuleOptions {
  /** Of what would be left out, only what a `.commonsignore` names is, and other worktrees. */
  readonly takesIgnored?: boolean | undefined;
}

/** The rules of the workspace's root, with those of a repository above it. */
export async function rootRules(workspace: Workspace, options: RuleOptions = {}): Promise<DirectoryRules> {
  const place = await findGitPlace(workspace.root);
  const repository = place === null ? outsideRepository() : await openRepository(place, workspace.person);
  const bare = { ...emptyPlace(workspace, repository), takesIgnored: options.takesIgnored ?? false };
  if (place === null) return withOwnRules(bare, ruleNames);
  const prefix = relative(place.top, workspace.root).split(sep).join("/");
  const above = await placeAbove(bare, { top: place.top, prefix });
  // Whoever opens an ignored directory as a workspace wants what is in it.
  if (above === null)
    return withOwnRules({ ...bare, repository: { ...outsideRepository(), isRepository: true } }, ruleNames);
  return withOwnRules(above, ruleNames);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function emptyPlace(workspace: Workspace, repository: Repository): Place {
  const defaults = createDefaultRules(repository.isRepository, repository.foldCase);
  const base = {
    workspace,
    path: "",
    full: "",
    repository,
    defaults,
    commons: null,
    exclusion: null,
    takesIgnored: false,
  };
  return { ...base, ...chainsOf(repository) };
}

/** The lists of a repository that lie in no directory of it. */
function chainsOf(repository: Repository): Pick<Place, "git" | "attributes"> {
  const { baseLength } = repository;
  let git: Place["git"] = null;
  for (const list of repository.excludes) git = { list, baseLength, next: git };
  return { git, attributes: null };
}

/** The place of the root with the rule files from the repository's top to its parent; null when git ignores it. */
async function placeAbove(bare: Place, at: { top: string; prefix: string }): Promise<Place | null> {
  let place = bare;
  let directory = at.top;
  for (const part of at.prefix === "" ? [] : at.prefix.split("/")) {
    const read = (name: string): Promise<string | null> => readOuterRuleFile(join(directory, name), { follow: false });
    place = await addLists(place, ruleNames, read);
    const name = bytesOf(part);
    if (gitVerdict(place, { path: place.full + name, name, isDirectory: true }) === "ignored") return null;
    place = { ...place, full: `${place.full}${name}/` };
    directory = join(directory, part);
  }
  return place;
}

async function withOwnRules(place: Place, names: { has(name: string): boolean }): Promise<DirectoryRules> {
  const tooLarge = new Set<string>();
  const read = (name: string): Promise<string | null> =>
    readRuleFile(place.workspace, place.path + name, () => tooLarge.add(name));
  const own = place.exclusion === null ? await addLists(place, names, read) : place;
  return {
    leftOut: place.exclusion !== null && !isReached(place, place.full.slice(0, -1)) ? place.exclusion.reason : null,
    // Rules that do not hold are said: their file counts as left out.
    reasonToSkip: (name, isDirectory) => (tooLarge.has(name) ? "too-large" : reasonToSkip(own, name, isDirectory)),
    enter: (directory, inner) => enter(own, nameOf(directory), inner),
  };
}

async function addLists(
  place: Place,
  names: { has(name: string): boolean },
  read: (name: string) => Promise<string | null>,
): Promise<Place> {
  const { foldCase } = place.repository;
  const baseLength = place.full.length;
  const textOf = async (name: string): Promise<string | null> => (names.has(name) ? read(name) : null);
  const [git, commons, marks] = [
    await textOf(".gitignore"),
    await textOf(".commonsignore"),
    await textOf(".gitattributes"),
  ];
  const attributes = marks === null ? null : parseAttributes(marks, foldCase);
  return {
    ...place,
    git: git === null ? place.git : { list: parseRules(git, foldCase), baseLength, next: place.git },
    commons:
      commons === null ? place.commons : { list: parseRules(commons, foldCase), baseLength, next: place.commons },
    attributes: attributes === null ? place.attributes : { list: attributes, baseLength, next: place.attributes },
  };
}

function reasonToSkip(place: Place, given: string, isDirectory: boolean): SkipReason | null {
  const name = bytesOf(given);
  const entry: RuledPath = { path: place.full + name, name, isDirectory };
  const exclusion = exclusionOf(place, entry);
  if (exclusion !== null)
    return isDirectory && isReached({ ...place, exclusion }, entry.path) ? null : exclusion.reason;
  return null;
}

/** Why an entry is left out, whatever may lie below it; null when it is taken. */
function exclusionOf(place: Place, entry: RuledPath): Exclusion | null {
  const own = lastMatch(place.commons, entry);
  if (own !== null) return own.isNegated ? null : { reason: "ignored", by: "commons" };
  if (place.takesIgnored) return place.exclusion;
  if (place.exclusion !== null && !(sparesTracked(place.exclusion) && isTracked(place, entry))) return place.exclusion;
  const builtIn = place.defaults.reasonFor(relativeTo(entry, place.repository.baseLength));
  const verdict = place.exclusion === null ? gitVerdict(place, entry) : "tracked";
  // The built-in reason says more than "ignored": that it is a dependency, or build output.
  if (verdict === "ignored") return { reason: builtIn ?? "ignored", by: "git" };
  const marked = entry.isDirectory ? null : reasonOfMarks(marksOf(place, entry), builtIn);
  if (marked !== null) return marked.reason === null ? null : { reason: marked.reason, by: "marks" };
  return builtIn === null || verdict === "wanted" ? null : { reason: builtIn, by: "defaults" };
}

/**
 * What git says of an entry: the last rule that matches, of the deepest .gitignore, then of .git/info/exclude, then of
 * `core.excludesFile`. What the index holds is never ignored, nor is a submodule's directory in it.
 */
function gitVerdict(place: Place, entry: RuledPath): "ignored" | "wanted" | "tracked" | null {
  const rule = lastMatch(place.git, entry);
  if (rule === null) return null;
  if (rule.isNegated) return "wanted";
  return isTracked(place, entry) ? "tracked" : "ignored";
}

function isTracked(place: Place, entry: RuledPath): boolean {
  return place.repository.tracked?.has(entry.path.slice(place.repository.baseLength)) ?? false;
}

function sparesTracked({ by }: Exclusion): boolean {
  return by === "git" || by === "marks";
}

/** Whether something below an excluded directory is taken all the same. */
function isReached({ exclusion, repository, commons }: Place, path: string): boolean {
  if (exclusion === null || exclusion.by === "commons") return exclusion === null;
  if (sparesTracked(exclusion) && repository.tracked?.hasBelow(path.slice(repository.baseLength))) return true;
  for (let chain = commons; chain !== null; chain = chain.next)
    if (chain.list.reachesBelow(path.slice(chain.baseLength))) return true;
  return false;
}

/** null: the attributes say nothing that counts. `reason` null: they take back what the built-in rules say. */
function reasonOfMarks(marks: LinguistMarks, builtIn: SkipReason | null): { reason: SkipReason | null } | null {
  if (marks.isGenerated === true) return { reason: "generated" };
  if (marks.isVendored === true) return { reason: "vendored" };
  const isTakenBack = builtIn === "vendored" ? marks.isVendored : builtIn === "ignored" ? null : marks.isGenerated;
  return builtIn !== null && isTakenBack === false ? { reason: null } : null;
}

function marksOf(place: Place, entry: RuledPath): LinguistMarks {
  const { attributes, baseLength } = place.repository;
  const found: LinguistMarks[] = attributes === null ? [] : [attributes.marksOf(relativeTo(entry, baseLength))];
  for (let chain = place.attributes; chain !== null; chain = chain.next)
    found.push(chain.list.marksOf(relativeTo(entry, chain.baseLength)));
  return combineMarks(found);
}

function lastMatch(chain: Chain<RuleList> | null, entry: RuledPath): Rule | null {
  for (let at = chain; at !== null; at = at.next) {
    const rule = at.list.match(relativeTo(entry, at.baseLength));
    if (rule !== null) return rule;
  }
  return null;
}

function relativeTo(entry: RuledPath, baseLength: number): RuledPath {
  return baseLength === 0 ? entry : { ...entry, path: entry.path.slice(baseLength) };
}

async function enter(place: Place, directory: string, names: { has(name: string): boolean }): Promise<DirectoryRules> {
  const name = bytesOf(directory);
  const entry: RuledPath = { path: place.full + name, name, isDirectory: true };
  const path = `${place.path}${directory}/`;
  if (place.workspace.isClosed(join(place.workspace.root, place.path, directory))) return closedRules;
  let inner: Place = { ...place, path, full: `${entry.path}/`, exclusion: exclusionOf(place, entry) };
  if (inner.exclusion === null && names.has(".git")) inner = await nestedRepository(inner);
  else if (
    inner.exclusion === null &&
    !place.takesIgnored &&
    isVendoredPlace(directory, names) &&
    lastMatch(place.commons, entry) === null
  ) {
    // A vendored directory that is committed is part of the project, unless its attributes say otherwise.
    inner = { ...inner, exclusion: { reason: "vendored", by: "marks" } };
  }
  return withOwnRules(inner, names);
}

/** Of this program's own data: no rule takes it in. */
const closedRules: DirectoryRules = {
  leftOut: "ignored",
  reasonToSkip: () => "ignored",
  enter: async () => closedRules,
};

/**
 * A repository inside of the workspace: a submodule, or a clone that someone put there. Git does not look into it from outside, but a
 * person who opens the workspace sees its files, so it is read by its own rules. A .commonsignore above it still holds. A worktree of the
 * workspace's own repository is left out: it holds the same files once more, of another branch, and is a workspace of its own.
 */
async function nestedRepository(place: Place): Promise<Place> {
  const directory = join(place.workspace.root, place.path.slice(0, -1));
  const found = await findGitPlace(directory);
  if (found === null || found.top !== directory) return place;
  if (await isWorktreeOf(found, place.workspace.root))
    return { ...place, exclusion: { reason: "ignored", by: "marks" } };
  const repository = { ...(await openRepository(found, place.workspace.person)), baseLength: place.full.length };
  const defaults = createDefaultRules(true, repository.foldCase);
  return { ...place, repository, defaults, ...chainsOf(repository) };
}

async function isWorktreeOf(inner: GitPlace, root: string): Promise<boolean> {
  if (inner.gitDirectory === inner.commonDirectory) return false;
  return (await findGitPlace(root))?.commonDirectory === inner.commonDirectory;
}
