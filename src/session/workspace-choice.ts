import { fileURLToPath } from "node:url";
import { thisMachine } from "../config/machine.ts";
import { configHome, defaultHome, homeDirectory } from "../config/paths.ts";
import type { Source } from "../core/document.ts";
import { asCommonsError, CommonsError } from "../core/errors.ts";
import { describeSource } from "../workspace/source-identity.ts";
import { openWorkspace, type Workspace } from "../workspace/workspace.ts";

export interface WorkspaceRequest {
  /** `--workspace`. */
  readonly flag: string | null;
  /** `--allow`, further directories. */
  readonly allow: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** URIs of the client's MCP roots; null when it has none to give. */
  readonly roots: readonly string[] | null;
}

/** How the session came to its workspace. */
export type WorkspaceOrigin = "--workspace" | "MCP root" | "current directory";

export type WorkspaceChoice =
  | {
      readonly kind: "open";
      readonly workspace: Workspace;
      readonly source: Source;
      readonly origin: WorkspaceOrigin;
      /** Signals that name another directory than the chosen one, as sentences. */
      readonly disagreements: readonly string[];
    }
  | { readonly kind: "refused"; readonly error: CommonsError; readonly origin: WorkspaceOrigin };

/** `--workspace`, else the first file root, else the current directory; never replaced by another when it is refused. */
export async function chooseWorkspace(request: WorkspaceRequest): Promise<WorkspaceChoice> {
  const rootPath = firstFileRoot(request.roots);
  const [origin, directory]: [WorkspaceOrigin, string] =
    request.flag !== null
      ? ["--workspace", request.flag]
      : rootPath !== null
        ? ["MCP root", rootPath]
        : ["current directory", request.cwd];
  const hostPath = request.env["HOST_WORKSPACE"];
  try {
    const workspace = await openWorkspace({
      directory,
      allow: request.allow,
      home: homeDirectory(request.env),
      configHome: configHome(request.env),
      stateHome: defaultHome(request.env),
      ...(hostPath ? { hostPath } : {}),
    });
    const source = await describeSource(workspace, await thisMachine(request.env));
    return { kind: "open", workspace, source, origin, disagreements: disagreements(request, workspace, rootPath) };
  } catch (error) {
    return { kind: "refused", error: asCommonsError(error), origin };
  }
}

function firstFileRoot(roots: readonly string[] | null): string | null {
  for (const uri of roots ?? []) {
    if (!/^file:/i.test(uri)) continue;
    try {
      return fileURLToPath(uri);
    } catch {
      // A root on another host, or no path: the next signal counts.
    }
  }
  return null;
}

function disagreements({ flag, cwd, env }: WorkspaceRequest, workspace: Workspace, rootPath: string | null): string[] {
  const found: string[] = [];
  // With --workspace the user has said which one is meant; inside a container no outside path can agree.
  if (flag !== null || env["HOST_WORKSPACE"]) return found;
  if (rootPath !== null && !isSameOrBelow(cwd, workspace.root)) found.push(`The server was started in ${cwd}.`);
  return found;
}

function isSameOrBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`) || path.startsWith(`${root}\\`);
}
