import { realpath } from "node:fs/promises";
import { CommonsError, asCommonsError } from "../../core/errors.ts";
import type { IngestProgress, IngestReport } from "../../ingest/requests.ts";
import { runIngest } from "../../session/ingest-run.ts";
import type { Session } from "../../session/session.ts";
import { ingestState } from "../ingest-progress.ts";
import { ingestCancelled } from "../ingest-cancelled.ts";
import type { ProgressBoard } from "../output/progress-board.ts";
import { openSession, workspaceOfPath } from "../session-access.ts";

/** One path that `commons up` was given, with the session that reads it. */
export interface UpWorkspace {
  /** Real path. */
  readonly path: string;
  readonly session: Session;
}

export type UpOutcome =
  | {
      readonly kind: "ingested";
      readonly path: string;
      readonly session: Session;
      readonly collection: string;
      readonly report: IngestReport;
    }
  | { readonly kind: "failed"; readonly path: string; readonly error: CommonsError };

/** One session for each path; the same directory twice is one. Paths that cannot be a workspace come back as failures. */
export async function openWorkspaces(
  paths: readonly string[],
  options: { readonly cwd: string; readonly space?: string | undefined },
): Promise<{ open: UpWorkspace[]; failed: UpOutcome[] }> {
  const open = new Map<string, UpWorkspace>();
  const failed: UpOutcome[] = [];
  for (const path of paths) {
    try {
      const directory = await requireDirectory(path, options.cwd);
      if (open.has(directory)) continue;
      const session = openSession({
        agent: "commons up",
        cwd: options.cwd,
        workspace: directory,
        space: options.space,
      });
      await session.workspace();
      open.set(directory, { path: directory, session });
    } catch (error) {
      failed.push({ kind: "failed", path, error: asCommonsError(error) });
    }
  }
  return { open: [...open.values()], failed };
}

/** Ingests every workspace at the same time. One that fails does not stop the others; an interruption throws CANCELLED. */
export async function ingestWorkspaces(
  workspaces: readonly UpWorkspace[],
  {
    board,
    collection,
    signal,
  }: { readonly board: ProgressBoard; readonly collection: string | null; readonly signal: AbortSignal },
): Promise<UpOutcome[]> {
  const progress = new Map<string, IngestProgress>();
  const outcomes = await Promise.all(
    workspaces.map((workspace) =>
      ingestOne(workspace, {
        collection,
        signal,
        onProgress: (now) => {
          progress.set(workspace.path, now);
          board.update(workspace.path, ingestState(now));
        },
      }).finally(() => board.finish(workspace.path)),
    ),
  );
  if (signal.aborted) throw ingestCancelled(workspaces.map(({ path }) => progress.get(path) ?? null));
  return outcomes;
}

async function ingestOne(
  { path, session }: UpWorkspace,
  {
    collection,
    signal,
    onProgress,
  }: {
    readonly collection: string | null;
    readonly signal: AbortSignal;
    readonly onProgress: (progress: IngestProgress) => void;
  },
): Promise<UpOutcome> {
  try {
    const done = await runIngest(
      session,
      { path: null, collection, kind: "permanent", recursive: true, includeContent: true },
      { signal, onProgress },
    );
    return { kind: "ingested", path, session, ...done };
  } catch (error) {
    return { kind: "failed", path, error: asCommonsError(error) };
  }
}

async function requireDirectory(path: string, cwd: string): Promise<string> {
  const { workspace, file } = await workspaceOfPath(path, cwd);
  if (file === null) return realpath(workspace);
  throw new CommonsError("PATH_WRONG_KIND", `${path} is a file.`, {
    hint: `Name its directory, or ingest the one file: commons ingest ${path}`,
  });
}
