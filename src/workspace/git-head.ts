import { relative, sep } from "node:path";
import { CommonsError } from "../core/errors.ts";
import type { GitPlace } from "./git-facts.ts";
import type { GitObjects } from "./git-objects.ts";

/** The files of one commit below a directory. */
export interface CommittedFiles {
  /** Path relative to the directory, to the name of its content. Links are left out. */
  readonly files: ReadonlyMap<string, string>;
  /** Directories that are repositories of their own, to the commit they are to be at. */
  readonly submodules: ReadonlyMap<string, string>;
  /** false: some trees could not be read, or there are too many: what is missing may be committed all the same. */
  readonly isComplete: boolean;
}

const maxCommitBytes = 4_000_000;
const maxTreeBytes = 16_000_000;
const maxTrees = 200_000;
const maxFiles = 1_000_000;
const treeMode = "40000";
const linkMode = "120000";
const submoduleMode = "160000";

/** Lists what a commit holds below `directory`, a real path at or below the repository's top; null when the commit cannot be read. */
export function readCommittedFiles(
  objects: GitObjects,
  commit: string,
  { directory, place, signal }: { directory: string; place: GitPlace; signal?: AbortSignal | undefined },
): CommittedFiles | null {
  const hashBytes = commit.length / 2;
  const text = objects.read(commit, maxCommitBytes);
  const root = text?.type === "commit" ? /^tree ([0-9a-f]+)\n/.exec(text.bytes.toString("latin1", 0, 100))?.[1] : null;
  if (root === undefined || root === null) return null;
  const walk: Walk = { objects, hashBytes, files: new Map(), submodules: new Map(), open: [], isComplete: true };
  const below = relative(place.top, directory)
    .split(sep)
    .filter((part) => part !== "");
  const top = descend(walk, root, below);
  if (top !== null) walk.open.push({ path: "", id: top });
  for (let read = 0; walk.open.length > 0; read++) {
    if (signal?.aborted) throw new CommonsError("CANCELLED", "The comparison was cancelled.");
    const next = walk.open.pop();
    if (next === undefined) break;
    if (read >= maxTrees || walk.files.size >= maxFiles) return { ...walk, isComplete: false };
    readTree(walk, next);
  }
  return walk;
}

interface OpenTree {
  /** "" or with a closing slash. */
  readonly path: string;
  readonly id: string;
}

interface Walk {
  readonly objects: GitObjects;
  readonly hashBytes: number;
  readonly files: Map<string, string>;
  readonly submodules: Map<string, string>;
  readonly open: OpenTree[];
  isComplete: boolean;
}

/** The tree of a path below a tree; null when the commit has no such directory. */
function descend(walk: Walk, root: string, path: readonly string[]): string | null {
  let id = root;
  for (const part of path) {
    const next = entriesOf(walk, id).find(({ name, mode }) => name === part && mode === treeMode);
    if (next === undefined) return null;
    ({ id } = next);
  }
  return id;
}

function readTree(walk: Walk, { path, id }: OpenTree): void {
  for (const { mode, name, id: entryId } of entriesOf(walk, id)) {
    if (mode === treeMode) walk.open.push({ path: `${path}${name}/`, id: entryId });
    else if (mode === submoduleMode) walk.submodules.set(path + name, entryId);
    else if (mode !== linkMode) walk.files.set(path + name, entryId);
  }
}

/** Entries of a tree: mode, blank, name, NUL, and the name of the object in bytes. */
function entriesOf(walk: Walk, id: string): { mode: string; name: string; id: string }[] {
  const tree = walk.objects.read(id, maxTreeBytes);
  if (tree?.type !== "tree") {
    walk.isComplete = false;
    return [];
  }
  const entries: { mode: string; name: string; id: string }[] = [];
  const { bytes } = tree;
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(32, at);
    const end = blank === -1 ? -1 : bytes.indexOf(0, blank);
    if (end === -1 || end + walk.hashBytes >= bytes.length + 1) break;
    const mode = bytes.toString("latin1", at, blank);
    const name = bytes.toString("utf8", blank + 1, end);
    entries.push({ mode, name, id: bytes.toString("hex", end + 1, end + 1 + walk.hashBytes) });
    at = end + 1 + walk.hashBytes;
  }
  return entries;
}
