import { createHash } from "node:crypto";
import { join, relative, resolve, sep } from "node:path";
import type { Machine } from "../config/machine.ts";
import { suggestCollectionName } from "../core/collection-name.ts";
import type { Repository, Source } from "../core/document.ts";
import { identityOfPath } from "../core/windows-path.ts";
import { findGitPlace, gitPlaceOf, normaliseRemote, readGitFacts, type GitPlace } from "./git-facts.ts";
import { isInside } from "./checked-file.ts";
import type { Workspace } from "./workspace.ts";

const maxClones = 5;

/** The source that a workspace's files belong to: the same key for the same directory of the same machine, for ever. */
export async function describeSource(workspace: Workspace, machine: Machine): Promise<Source> {
  return {
    key: `ws-${hash(`${machine.id}\0${identityOfPath(workspace.hostPath)}`, 16)}`,
    kind: "workspace",
    name: lastPart(workspace.hostPath),
    machine: machine.name,
    path: workspace.hostPath,
    repository: await describeRepository(workspace, machine),
  };
}

/** Name of the collection a workspace uses when none is given: one for all worktrees and clones of a repository. */
export function defaultCollectionName(source: Source): string {
  const name = suggestCollectionName(source.repository?.name ?? source.name).slice(0, 100);
  return `${name.replace(/[^a-zA-Z0-9]+$/, "")}-${hash(source.repository?.id ?? source.key, 6)}`;
}

async function describeRepository(workspace: Workspace, machine: Machine): Promise<Repository | null> {
  const place = await findGitPlace(workspace.root);
  if (place === null) return null;
  const facts = await readGitFacts(place);
  const origin = await originOf(place);
  const remote = origin.remoteUrl === null ? null : normaliseRemote(origin.remoteUrl);
  const common = hostView(origin.place.commonDirectory, workspace);
  // A remote that is a path means something on this machine only.
  const isLocal = remote === null || remote.startsWith("local/");
  return {
    id: isLocal ? `local/${hash(`${machine.id}\0${remote ?? identityOfPath(common)}`, 16)}` : remote,
    name: lastPart(remote ?? common.replace(/[\\/]\.git$/, "")).replace(/\.git$/, ""),
    remote,
    branch: facts.branch,
    commit: facts.commit,
    isWorktree: isWorktree(place),
  };
}

/** The repository at the end of clones of clones on this machine, and its remote: all of them are one. */
async function originOf(place: GitPlace): Promise<{ readonly place: GitPlace; readonly remoteUrl: string | null }> {
  let current = place;
  for (let step = 0; ; step++) {
    const { remoteUrl } = await readGitFacts(current);
    const path = remoteUrl === null || step === maxClones ? null : localPath(remoteUrl, current);
    const next = path === null ? null : await gitPlaceOf(path);
    // A path to nowhere still tells clones of one repository apart from others.
    if (next === null || next.commonDirectory === current.commonDirectory) return { place: current, remoteUrl };
    current = next;
  }
}

/** null: the remote is on another machine. */
function localPath(url: string, { top }: GitPlace): string | null {
  if (!normaliseRemote(url).startsWith("local/")) return null;
  const path = url.trim().replace(/^file:\/\//i, "");
  return /^[a-z][a-z0-9+.-]+:/i.test(path) ? null : resolve(top, path);
}

function isWorktree(place: GitPlace): boolean {
  return place.gitDirectory !== place.commonDirectory;
}

/** In a container the directory has another path than on the host: identities are made of the host's. */
function hostView(path: string, workspace: Workspace): string {
  if (workspace.hostPath === workspace.root || !isInside(workspace.root, path)) return path;
  const separator = workspace.hostPath.includes("\\") ? "\\" : "/";
  const inner = relative(workspace.root, path).split(sep).join(separator);
  return separator === "/" ? join(workspace.hostPath, inner) : `${workspace.hostPath}\\${inner}`;
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).findLast((part) => part !== "") ?? path;
}

function hash(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}
