import { createHash } from "node:crypto";
import { CommonsError } from "../core/errors.ts";
import { changedLines, type LineRange } from "./changed-lines.ts";
import { readIgnoreSettings } from "./git-config.ts";
import { findGitPlace, readGitFacts } from "./git-facts.ts";
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
  /** Of a repository of its own. */
  | { readonly kind: "submodule" };

/** The workspace's last commit, to compare files with. */
export interface LastCommit {
  /** `path` is relative to the workspace's root. Reads the file whole, up to `maxBytes`; a larger one counts as changed. */
  changeOf(path: string, maxBytes: number): FileChange;
  close(): void;
}

const lfsPointer = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n/;
const binaryProbe = 8_000;

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
  const { hashBytes } = await readIgnoreSettings(place, workspace.person);
  const objects = openGitObjects(place, commit.length === 64 ? 32 : hashBytes);
  try {
    const committed = readCommittedFiles(objects, commit, { directory: workspace.root, place, signal });
    if (committed === null) throw unreadable(`the commit ${commit.slice(0, 12)} cannot be read`);
    return comparingWith(workspace, { committed, objects, algorithm: commit.length === 64 ? "sha256" : "sha1" });
  } catch (error) {
    objects.close();
    throw error;
  }
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
  readonly committed: CommittedFiles;
  readonly objects: GitObjects;
  readonly algorithm: "sha1" | "sha256";
}

function comparingWith(workspace: Workspace, { committed, objects, algorithm }: Comparison): LastCommit {
  return {
    close: () => objects.close(),
    changeOf: (path, maxBytes) => {
      const id = committed.files.get(path);
      if (id === undefined) {
        if (isBelow(committed.submodules, path)) return { kind: "submodule" };
        return { kind: committed.isComplete ? "new" : "changed" };
      }
      using file = workspace.openInside(path);
      const bytes = readWhole(file, maxBytes);
      if (bytes === null) return { kind: "changed" };
      if (blobName(bytes, algorithm) === id) return { kind: "same" };
      return compare(objects.read(id, maxBytes)?.bytes ?? null, bytes);
    },
  };
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

function isBelow(directories: ReadonlySet<string>, path: string): boolean {
  if (directories.size === 0) return false;
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1))
    if (directories.has(path.slice(0, end))) return true;
  return false;
}
