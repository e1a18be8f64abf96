import { readlink, realpath, stat } from "node:fs/promises";
import {
  basename,
  dirname,
  isAbsolute,
  join,
  parse,
  posix,
  relative as relativePath,
  resolve as resolvePath,
} from "node:path";
import { nearestNames } from "../core/collection-name.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { listChecked } from "./checked-directory.ts";
import { isInside, openCheckedFile, outsideOf, type CheckedFile } from "./checked-file.ts";
import { mayBeInside, pathFault } from "./path-form.ts";
import { toPosixOn } from "./relative-path.ts";

export interface WorkspaceOptions {
  /** The directory that the session may read. */
  readonly directory: string;
  /** Further directories that the user's configuration adds. */
  readonly allow?: readonly string[];
  /** In a container: the path of the directory on the host, which is what the source's identity is made of. */
  readonly hostPath?: string;
  /** The person's home directory: it and its parents are refused as a workspace. */
  readonly home: string;
  /** Where this program keeps its own data: no workspace, and where it lies in one, not looked at. */
  readonly stateHome?: string;
  /** Whether a person named the directory at a terminal: then the home, what is above it, and a drive of Windows are taken as well. */
  readonly isNamedByPerson?: boolean;
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
  /** Whether a real path is, or lies in, the directory of this program's own data, which may lie in a workspace. */
  isClosed(absolute: string): boolean;
  /** Where git keeps what the person set: read for its ignore rules, and for nothing else. */
  readonly person: { readonly home: string; readonly configHome: string; readonly stateHome?: string };
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

/**
 * Opens the sandbox. WORKSPACE_REFUSED when the directory is missing, no directory, a drive's root, the home or above it, in this program's
 * own data, or in /proc, /sys or /dev.
 */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const realOrPlain = (path: string): Promise<string> => realpath(path).catch(() => resolvePath(path));
  const home = await realOrPlain(options.home);
  const stateHome = options.stateHome === undefined ? undefined : await realOrPlain(options.stateHome);
  const isClosed = (absolute: string): boolean =>
    stateHome !== undefined && mayBeInside(stateHome, absolute, process.platform);
  const isNamedByPerson = options.isNamedByPerson ?? false;
  const root = await requireDirectory(options.directory, { home, isClosed, isNamedByPerson });
  const allowed: string[] = [];
  for (const directory of options.allow ?? [])
    allowed.push(await requireDirectory(directory, { home, isClosed, isNamedByPerson }));
  const roots = [root, ...allowed];
  const configHome = options.configHome ?? join(home, ".config");
  return {
    root,
    hostPath: options.hostPath ?? root,
    allowed,
    isClosed,
    person: { home, configHome, ...(stateHome === undefined ? {} : { stateHome }) },
    resolve: async (input) => {
      const resolved = await resolveInside(input, roots);
      if (isClosed(resolved.absolute)) throw outsideOf(root, input);
      return resolved;
    },
    openInside: (relative, from = root) => {
      if (!roots.includes(from) || isClosed(join(from, relative))) throw outsideOf(root, relative);
      return openCheckedFile(relative, from);
    },
  };
}

// What the kernel shows as files: environments and memory of processes, devices.
const systemDirectories = ["/proc", "/sys", "/dev"];

async function requireDirectory(
  directory: string,
  {
    home,
    isClosed,
    isNamedByPerson,
  }: {
    home: string;
    isClosed: (absolute: string) => boolean;
    isNamedByPerson: boolean;
  },
): Promise<string> {
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
  const isDrive = isNamedByPerson && process.platform === "win32";
  if (parse(root).root === root && !isDrive)
    throw refuse(`The workspace may not be ${root}, the root of the disk.`, projectHint);
  if (!isNamedByPerson && mayBeInside(root, home, process.platform)) {
    const what = mayBeInside(home, root, process.platform)
      ? "your home directory"
      : "a directory above your home directory";
    throw refuse(`The workspace may not be ${root}, ${what}.`, projectHint);
  }
  if (isClosed(root))
    throw refuse(`The workspace may not be ${root}: this program keeps its own data there.`, projectHint);
  if (systemDirectories.some((each) => isInside(each, root)) && !isInside("/dev/shm/", root))
    throw refuse(`The workspace may not be ${root}, which is the system's and holds no files of yours.`, projectHint);
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
  const fault = pathFault(input, { platform: process.platform, roots });
  if (fault !== null)
    throw new CommonsError("INPUT_INVALID", fault.fact, fault.hint === undefined ? {} : { hint: fault.hint });
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
  let names = await namesIn(parent);
  while (names === null && parent !== root && isInside(root, parent)) {
    wanted = basename(parent);
    parent = dirname(parent);
    names = await namesIn(parent);
  }
  const near = nearestNames(wanted, (names ?? []).slice(0, 2_000)).map((name) =>
    toPosix(relativePath(root, join(parent, name))),
  );
  return new CommonsError("PATH_NOT_FOUND", `${input} does not exist in the workspace ${root}.`, {
    hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : "List the directory to see what is there.",
    details: { path: input, workspace: root, nearest: near },
  });
}

/** null where it is no directory, cannot be listed, or is one that a link leads to. */
async function namesIn(directory: string): Promise<string[] | null> {
  return listChecked(directory).then(
    (entries) => entries.map(({ name }) => name),
    () => null,
  );
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
  return toPosixOn(process.platform, path);
}
