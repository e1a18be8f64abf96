import { opendir, stat } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { environment, homePaths } from "../config/load-settings.ts";
import { configHome, defaultHome, homeDirectory } from "../config/paths.ts";
import { currentProgram } from "../config/program.ts";
import { closeHome } from "../config/state-directory.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { isInside } from "../workspace/checked-file.ts";
import { Session } from "../session/session.ts";
import { openWorkspace, type Workspace } from "../workspace/workspace.ts";

export interface CliSessionOptions {
  /** What others see in the list of sessions, for example "commons ingest". */
  readonly agent: string;
  readonly cwd: string;
  /** The workspace; null: the current directory. */
  readonly workspace: string | null;
  /** `--space`. */
  readonly space?: string | undefined;
}

/** A session of the command line; the caller closes it. */
export function openSession({ agent, cwd, workspace, space }: CliSessionOptions): Session {
  closeHome(homePaths(environment()).home);
  return new Session({
    kind: "cli",
    agent,
    program: currentProgram(),
    env: environment(),
    cwd,
    workspaceFlag: workspace,
    allow: [],
    ...(space === undefined ? {} : { flags: { space } }),
  });
}

/** Runs `use` with a session of a command in the current directory, which may be no workspace: then the receipt names none. */
export async function withSession<T>(
  options: Pick<CliSessionOptions, "agent" | "cwd" | "space">,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = openSession({ ...options, workspace: null });
  try {
    return await use(session);
  } finally {
    session.close();
  }
}

/** Which workspace a path of the command line means: a directory itself; of a file the current directory, or its own. Errors: INPUT_INVALID for an empty path, PATH_NOT_FOUND. */
export async function workspaceOfPath(path: string, cwd: string): Promise<{ workspace: string; file: string | null }> {
  // resolve() would take an empty path, such as that of an unset variable in a script, for the current directory.
  if (path.trim() === "")
    throw new CommonsError("INPUT_INVALID", "The path is empty.", {
      hint: "Name a file or directory; without any path it is the current directory.",
    });
  const absolute = resolve(cwd, path);
  const found = await stat(absolute).catch((error: unknown) => {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    const fact = code === "ENOENT" ? `${path} does not exist.` : `${path} cannot be opened (${code}).`;
    throw new CommonsError("PATH_NOT_FOUND", fact, {
      hint: `Give an existing file or directory; relative paths begin at ${cwd}.`,
      cause: error,
    });
  });
  if (found.isDirectory()) return { workspace: absolute, file: null };
  const workspace = workspaceOfFile(absolute, cwd);
  return { workspace, file: relative(workspace, absolute) };
}

/**
 * A directory that the person named to be looked at, wherever it lies: also the home, which is no workspace of a session. Errors: PATH_NOT_FOUND
 * for one that may not be read, WORKSPACE_REFUSED for the root of the disk, the system's directories and this program's own data.
 */
export async function openNamedDirectory(path: string, directory: string): Promise<Workspace> {
  const listing = await opendir(directory).catch((cause: unknown) => {
    throw new CommonsError("PATH_NOT_FOUND", `${path} cannot be read (${systemErrorCode(cause) ?? "error"}).`, {
      hint: "Give a directory that you may read.",
      cause,
    });
  });
  await listing.close();
  const env = environment();
  return openWorkspace({
    directory,
    home: homeDirectory(env),
    configHome: configHome(env),
    stateHome: defaultHome(env),
    isNamedByPerson: true,
  });
}

/**
 * Where the person stands, when the file lies below: the same file then has the same place as in an ingest of the whole directory, and the
 * same rules hold for it. Else the file's own directory.
 */
function workspaceOfFile(file: string, cwd: string): string {
  const isRefused = isInside(cwd, homeDirectory(environment())) || dirname(cwd) === cwd;
  return isInside(cwd, file) && !isRefused ? cwd : dirname(file);
}
