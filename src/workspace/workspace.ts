import { readdir, readlink, realpath, stat } from "node:fs/promises";
import {
  basename,
  dirname,
  isAbsolute,
  join,
  parse,
  posix,
  relative as relativePath,
  resolve as resolvePath,
  sep,
} from "node:path";
import { nearestNames } from "../core/collection-name.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { isInside, openCheckedFile, outsideOf, type CheckedFile } from "./checked-file.ts";

export interface WorkspaceOptions {
  /** The directory that the session may read. */
  readonly directory: string;
  /** Further directories that the user's configuration adds. */
  readonly allow?: readonly string[];
  /** In a container: the path of the directory on the host, which is what the source's identity is made of. */
  readonly hostPath?: string;
  /** The person's home directory: it and its parents are refused as a workspace. */
  readonly home: string;
  /** Where the person's programs keep their settings (`configHome` of config/paths.ts); `.config` of the home when it is absent. */
  readonly configHome?: string;
}

export interface ResolvedPath {
  /** Real path: no link in it. */
  readonly absolute: string;
  /** Relative to `root`, with forward slashes; "" is the root itself. */
  readonly relative: string;
  readonly kind: "file" | "directory";
  /** The workspace's root, or the allowed directory that holds the path. */
  readonly root: string;
}

/** The sandbox: the only way from a path that someone typed to a file. */
export interface Workspace {
  /** Real path of the directory. */
  readonly root: string;
  /** The path as the host knows it; equals `root` outside of containers. */
  readonly hostPath: string;
  /** Real paths of the further directories that may be read. */
  readonly allowed: readonly string[];
  /** Where git keeps what the person set: read for its ignore rules, and for nothing else. */
  readonly person: { readonly home: string; readonly configHome: string };
  /**
   * Accepts relative paths, absolute ones inside, and `/workspace/...`. Errors: INPUT_INVALID (empty, NUL, URL),
   * PATH_OUTSIDE_WORKSPACE, PATH_NOT_FOUND with the nearest names, PATH_WRONG_KIND for pipes, sockets and devices,
   * WORKSPACE_REFUSED when the workspace itself was moved or deleted since it was opened.
   */
  resolve(input: string): Promise<ResolvedPath>;
  /**
   * Opens a regular file for reading, by its path relative to the root (or to an allowed directory). Errors: those of
   * `openCheckedFile`.
   */
  openInside(relative: string, root?: string): CheckedFile;
}

const alias = "/workspace";
const maxLinkDepth = 40;
const maxPathBytes = 4_096;

/** Opens the sandbox. WORKSPACE_REFUSED when the directory is missing, no directory, a drive's root, or the home or above it. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const home = await realpath(options.home).catch(() => resolvePath(options.home));
  const root = await requireDirectory(options.directory, home);
  const allowed: string[] = [];
  for (const directory of options.allow ?? []) allowed.push(await requireDirectory(directory, home));
  const roots = [root, ...allowed];
  return {
    root,
    hostPath: options.hostPath ?? root,
    allowed,
    person: { home, configHome: options.configHome ?? join(home, ".config") },
    resolve: (input) => resolveInside(input, roots),
    openInside: (relative, from = root) => {
      if (!roots.includes(from)) throw outsideOf(root, relative);
      return openCheckedFile(relative, from);
    },
  };
}

async function requireDirectory(directory: string, home: string): Promise<string> {
  const refuse = (fact: string, hint: string, cause?: unknown): CommonsError =>
    new CommonsError("WORKSPACE_REFUSED", fact, {
      hint,
      details: { directory },
      ...(cause === undefined ? {} : { cause }),
    });
  const projectHint = "Start in a project's directory, or name one.";
  const root = await realpath(directory).catch((cause: unknown) => {
    throw refuse(
      `The workspace ${directory} cannot be opened (${systemErrorCode(cause) ?? "error"}).`,
      "Check the path.",
      cause,
    );
  });
  if (!(await stat(root)).isDirectory()) throw refuse(`The workspace ${directory} is no directory.`, projectHint);
  if (parse(root).root === root) throw refuse(`The workspace may not be ${root}, the root of the disk.`, projectHint);
  if (isInside(root, home)) {
    const what = root === home ? "your home directory" : "a directory above your home directory";
    throw refuse(`The workspace may not be ${root}, ${what}.`, projectHint);
  }
  return root;
}

async function resolveInside(input: string, roots: readonly string[]): Promise<ResolvedPath> {
  const candidate = candidatePath(input, roots);
  const root = roots[0] ?? "";
  const real = await realpathEvenIfMissing(candidate, 0).catch((cause: unknown) => {
    if (!roots.some((each) => isInside(each, candidate))) throw outsideOf(root, input);
    throw new CommonsError("PATH_NOT_FOUND", `${input} cannot be read (${systemErrorCode(cause) ?? "error"}).`, {
      cause,
    });
  });
  const home = roots.find((each) => isInside(each, real.path));
  if (home === undefined) throw outsideOf(root, input);
  if (!real.exists) throw await notFound(input, real.path, home);
  const stats = await stat(real.path);
  const kind = stats.isDirectory() ? "directory" : stats.isFile() ? "file" : null;
  if (kind === null) {
    throw new CommonsError("PATH_WRONG_KIND", `${input} is neither a file nor a directory.`, {
      hint: "Name a regular file.",
    });
  }
  return { absolute: real.path, relative: toPosix(relativePath(home, real.path)), kind, root: home };
}

/** The absolute, normal path that an input means, without a look at the disk. */
function candidatePath(input: string, roots: readonly string[]): string {
  if (input === "") {
    throw new CommonsError("INPUT_INVALID", "The path is empty.", {
      hint: 'Give ".", which is the whole workspace, or a path in it.',
    });
  }
  if (Buffer.byteLength(input) > maxPathBytes)
    throw new CommonsError("INPUT_INVALID", `The path has more than ${maxPathBytes} bytes: no system has such a file.`);
  if (input.includes("\0")) throw new CommonsError("INPUT_INVALID", "A path may not contain a NUL character.");
  if (/^(file:|[a-z][a-z0-9+.-]+:\/\/)/i.test(input)) {
    throw new CommonsError("INPUT_INVALID", `${input.slice(0, 200)} is a URL, not a path.`, {
      hint: "Give a path relative to the workspace, for example src/index.ts.",
    });
  }
  const root = roots[0] ?? "";
  // In a directory below a real /workspace the alias would hide real neighbours, so there it does not exist.
  const isBelowRealAlias = root !== alias && isInside(alias, root);
  const normal = posix.normalize(toPosix(input));
  if (!isBelowRealAlias && isAliased(normal)) {
    const absolute = resolvePath(input);
    return roots.some((each) => isInside(each, absolute)) ? absolute : join(root, normal.slice(alias.length));
  }
  return isAbsolute(input) ? resolvePath(input) : resolvePath(root, input);
}

function isAliased(path: string): boolean {
  return path === alias || path.startsWith(`${alias}/`);
}

/** Follows links as far as the path exists; what does not exist is kept as written behind the real path of the rest. */
async function realpathEvenIfMissing(path: string, depth: number): Promise<{ path: string; exists: boolean }> {
  try {
    return { path: await realpath(path), exists: true };
  } catch (cause) {
    const code = systemErrorCode(cause);
    if ((code !== "ENOENT" && code !== "ENOTDIR") || depth > maxLinkDepth) throw cause;
  }
  const target = await readlink(path).catch(() => null);
  if (target !== null) {
    const parent = await realpath(dirname(path));
    return { ...(await realpathEvenIfMissing(resolvePath(parent, target), depth + 1)), exists: false };
  }
  if (dirname(path) === path) return { path, exists: false };
  const parent = await realpathEvenIfMissing(dirname(path), depth);
  return { path: join(parent.path, basename(path)), exists: false };
}

async function notFound(input: string, missing: string, root: string): Promise<CommonsError> {
  if (!(await isDirectory(root))) return gone(root);
  let parent = dirname(missing);
  let wanted = basename(missing);
  let names = await readdir(parent).catch(() => null);
  while (names === null && parent !== root && isInside(root, parent)) {
    wanted = basename(parent);
    parent = dirname(parent);
    names = await readdir(parent).catch(() => null);
  }
  const near = nearestNames(wanted, (names ?? []).slice(0, 2_000)).map((name) =>
    toPosix(relativePath(root, join(parent, name))),
  );
  return new CommonsError("PATH_NOT_FOUND", `${input} does not exist in the workspace ${root}.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "List the directory to see what is there.",
    details: { path: input, workspace: root, nearest: near },
  });
}

/** Its neighbours are not named: they are none of the session's business. */
function gone(root: string): CommonsError {
  return new CommonsError("WORKSPACE_REFUSED", `The workspace ${root} is gone: it was moved or deleted.`, {
    hint: "Put it back, or start again in its new place.",
    details: { workspace: root },
  });
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

function toPosix(path: string): string {
  return sep === "/" ? path : path.replaceAll(sep, "/");
}
