import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CommonsError } from "../core/errors.ts";
import { changedLines, type LineRange } from "./changed-lines.ts";
import { readIgnoreSettings } from "./git-config.ts";
import { findGitPlace, type GitPlace, readGitFacts } from "./git-facts.ts";
import { readCommittedFiles, type CommittedFiles } from "./git-head.ts";
import { openGitObjects, type GitObjects } from "./git-objects.ts";
import type { CheckedFile } from "./checked-file.ts";
import type { Workspace } from "./workspace.ts";

/** How a file on the disk stands to the last commit. */
export type FileChange =
  | { readonly kind: "same" }
  /** Not committed yet. */
  | { readonly kind: "new" }
  | { readonly kind: "lines"; readonly ranges: readonly LineRange[] }
  /** Changed, and which lines is not known: the old content is binary, too large, too different, or not in this clone. */
  | { readonly kind: "changed" }
  /** Of a repository of its own whose commit cannot be read. */
  | { readonly kind: "submodule" };

/** The workspace's last commit, to compare files with. */
export interface LastCommit {
  /** `path` is relative to the workspace's root. Reads the file whole, up to `maxBytes`; a larger one counts as changed. */
  changeOf(path: string, maxBytes: number): FileChange;
  close(): void;
}

const lfsPointer = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n/;
const binaryProbe = 8_000;
const maxDepth = 3;
const maxSubmodules = 100;

/**
 * Opens what the workspace's changes are measured by: HEAD, as it stands in git's files. Staged changes count as changes, as in
 * `git diff HEAD`. Before the first commit every file is new. INPUT_INVALID where no git repository is, or its HEAD cannot be read.
 */
export async function openLastCommit(workspace: Workspace, signal?: AbortSignal): Promise<LastCommit> {
  const place = await findGitPlace(workspace.root);
  if (place === null) {
    throw new CommonsError(
      "INPUT_INVALID",
      `${workspace.root} is in no git repository, so it has no uncommitted change.`,
      {
        hint: "Leave changed out to compare the whole workspace, or give a path.",
      },
    );
  }
  const { branch, commit } = await readGitFacts(place);
  if (commit === null) {
    if (branch !== null) return beforeFirstCommit();
    throw unreadable("the last commit is not named in a file that this program knows");
  }
  const comparison = await openComparison(workspace, { directory: workspace.root, place, commit, depth: 0, signal });
  if (comparison === null) throw unreadable(`the commit ${commit.slice(0, 12)} cannot be read`);
  return {
    close: () => closeAll(comparison),
    changeOf: (path, maxBytes) => changeBy(comparison, path, { workspace, prefix: "", maxBytes }),
  };
}

interface OpeningOptions {
  readonly directory: string;
  readonly place: GitPlace;
  readonly commit: string;
  readonly depth: number;
  readonly signal: AbortSignal | undefined;
}

/** The commit's files below the directory, and those of its submodules; null when it cannot be read. */
async function openComparison(workspace: Workspace, options: OpeningOptions): Promise<Comparison | null> {
  const { directory, place, commit, depth, signal } = options;
  const { hashBytes } = await readIgnoreSettings(place, workspace.person);
  const objects = openGitObjects(place, commit.length === 64 ? 32 : hashBytes);
  const inner = new Map<string, Comparison>();
  try {
    const committed = readCommittedFiles(objects, commit, { directory, place, signal });
    if (committed === null) {
      objects.close();
      return null;
    }
    for (const [path, wanted] of depth < maxDepth ? [...committed.submodules].slice(0, maxSubmodules) : []) {
      const below = join(directory, path);
      const own = await findGitPlace(below);
      // One that is not checked out has no files.
      if (own === null || own.top !== below) continue;
      const opened = await openComparison(workspace, {
        directory: below,
        place: own,
        commit: wanted,
        depth: depth + 1,
        signal,
      });
      if (opened !== null) inner.set(path, opened);
    }
    return { directory, committed, objects, inner, algorithm: commit.length === 64 ? "sha256" : "sha1", moved: null };
  } catch (error) {
    objects.close();
    for (const each of inner.values()) closeAll(each);
    throw error;
  }
}

function closeAll({ objects, inner }: Comparison): void {
  objects.close();
  for (const each of inner.values()) closeAll(each);
}

function unreadable(why: string): CommonsError {
  return new CommonsError("INPUT_INVALID", `The uncommitted change cannot be told: ${why}.`, {
    hint: "Leave changed out to compare the whole workspace, or give a path.",
  });
}

function beforeFirstCommit(): LastCommit {
  return { changeOf: () => ({ kind: "new" }), close: () => undefined };
}

interface Comparison {
  readonly directory: string;
  readonly inner: ReadonlyMap<string, Comparison>;
  /** Contents of committed files that are gone from the disk; null: not looked for yet. */
  moved: ReadonlySet<string> | null;
  readonly committed: CommittedFiles;
  readonly objects: GitObjects;
  readonly algorithm: "sha1" | "sha256";
}

/** `path` is relative to the comparison's directory, and `prefix` leads there from the workspace. */
function changeBy(
  comparison: Comparison,
  path: string,
  options: { readonly workspace: Workspace; readonly prefix: string; readonly maxBytes: number },
): FileChange {
  const { committed, inner, objects, algorithm } = comparison;
  const { workspace, prefix, maxBytes } = options;
  const id = committed.files.get(path);
  const module = id === undefined ? moduleOf(committed.submodules, path) : null;
  if (module !== null) {
    const own = inner.get(module);
    if (own === undefined) return { kind: "submodule" };
    return changeBy(own, path.slice(module.length + 1), { ...options, prefix: `${prefix}${module}/` });
  }
  if (id === undefined && !committed.isComplete) return { kind: "changed" };
  using file = workspace.openInside(prefix + path);
  const bytes = readWhole(file, maxBytes);
  if (id === undefined) {
    const isMoved = bytes !== null && bytes.length > 0 && movedFrom(comparison).has(blobName(bytes, algorithm));
    return { kind: isMoved ? "same" : "new" };
  }
  if (bytes === null) return { kind: "changed" };
  if (blobName(bytes, algorithm) === id) return { kind: "same" };
  return compare(objects.read(id, maxBytes)?.bytes ?? null, bytes);
}

/** A file that has another name is no new one; a copy whose original is there is. */
function movedFrom(comparison: Comparison): ReadonlySet<string> {
  const { directory, committed } = comparison;
  comparison.moved ??= new Set(
    [...committed.files].flatMap(([path, id]) => (existsSync(join(directory, path)) ? [] : [id])),
  );
  return comparison.moved;
}

/** null: larger. */
function readWhole(file: CheckedFile, maxBytes: number): Buffer | null {
  const bytes = file.read(0, Math.min(Number(file.stat().size), maxBytes) + 1);
  return bytes.length > maxBytes ? null : bytes;
}

function blobName(bytes: Buffer, algorithm: "sha1" | "sha256"): string {
  return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}

function compare(before: Buffer | null, now: Buffer): FileChange {
  if (before === null) return { kind: "changed" };
  // git-lfs stores where the content is; the file on the disk is the content.
  const pointed = before.length < 1_000 ? lfsPointer.exec(before.toString("latin1"))?.[1] : undefined;
  if (pointed !== undefined && createHash("sha256").update(now).digest("hex") === pointed) return { kind: "same" };
  if (pointed !== undefined || isBinary(before) || isBinary(now)) return { kind: "changed" };
  const ranges = changedLines(before.toString("utf8"), now.toString("utf8"));
  if (ranges === null) return { kind: "changed" };
  // With other line ends only, as autocrlf makes them, the file is as it was committed.
  return ranges.length === 0 ? { kind: "same" } : { kind: "lines", ranges };
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, binaryProbe).includes(0);
}

/** The submodule that the path is in; null: none. */
function moduleOf(modules: ReadonlyMap<string, string>, path: string): string | null {
  if (modules.size === 0) return null;
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    if (modules.has(path.slice(0, end))) return path.slice(0, end);
  return null;
}
