import { posix } from "node:path";

/** The path of a name in a directory. Paths are relative to the workspace's root, with forward slashes; "" is the root. */
export function childPath(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

export function parentPath(path: string): string {
  const parent = posix.dirname(path);
  return parent === "." ? "" : parent;
}

/** A path of that platform with forward slashes. */
export function toPosixOn(platform: NodeJS.Platform, path: string): string {
  return platform === "win32" ? path.replaceAll("\\", "/") : path;
}
