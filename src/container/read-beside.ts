import { lstatSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { findGitPlace } from "../workspace/git-facts.ts";

/**
 * What a session reads outside of its workspace to know what it is: the repository of a worktree or a directory within one, and the
 * person's ignore rules. Real paths that exist; never what lies in the workspace itself.
 */
export async function readBeside(workspace: string, configHome: string): Promise<string[]> {
  const place = await findGitPlace(workspace);
  const directories = place === null ? [] : [place.commonDirectory, place.gitDirectory].filter(isRepository);
  const ignore = join(configHome, "git", "ignore");
  const wanted = [...directories, ...(isPlainFile(ignore) ? [ignore] : [])].filter(
    (path) => !isWithin(workspace, path),
  );
  return wanted.filter(
    (path, index) => !wanted.some((other, at) => at !== index && isCovered(path, other, at < index)),
  );
}

function isCovered(path: string, other: string, isEarlier: boolean): boolean {
  return path === other ? isEarlier : isWithin(other, path);
}

/** A file `.git` of a hostile repository may name any directory: only what git made is handed in. */
function isRepository(directory: string): boolean {
  try {
    return statSync(join(directory, "HEAD")).isFile() && statSync(join(directory, "objects")).isDirectory();
  } catch {
    // A worktree's own directory has no objects, and lies in the one that has them.
    return false;
  }
}

function isPlainFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function isWithin(directory: string, path: string): boolean {
  return path === directory || path.startsWith(directory.endsWith(sep) ? directory : directory + sep);
}
