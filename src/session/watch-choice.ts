import { posix } from "node:path";
import { CommonsError } from "../core/errors.ts";
import type { WatchedScope } from "../core/scopes.ts";
import type { Session } from "./session.ts";
import { watchName } from "./watch-text.ts";

export interface WatchChoice {
  readonly path?: string | undefined;
  readonly collection?: string | undefined;
  readonly id?: number | undefined;
}

const maxNamed = 10;

/** The watches that a choice means, at least one. Errors: INPUT_INVALID for id and path at once, WATCH_NOT_FOUND with those that there are. */
export async function chooseWatches(session: Session, choice: WatchChoice): Promise<WatchedScope[]> {
  if (choice.id !== undefined && choice.path !== undefined) {
    throw new CommonsError("INPUT_INVALID", "Give id or path, not both.");
  }
  const all = await session.call("scopes.watched", {});
  const ofCollection = all.filter(
    ({ collection }) => choice.collection === undefined || collection === choice.collection,
  );
  const chosen =
    choice.id === undefined
      ? await atPath(session, ofCollection, choice.path ?? ".")
      : ofCollection.filter(({ id }) => id === choice.id);
  if (chosen.length > 0) return chosen;
  const what = choice.id === undefined ? (choice.path ?? "this workspace") : `#${choice.id}`;
  const into = choice.collection === undefined ? "" : ` into ${choice.collection}`;
  throw new CommonsError("WATCH_NOT_FOUND", `There is no watch of ${what}${into}.`, {
    hint: all.length === 0 ? "No folder is watched." : `Watched: ${namesOf(all)}.`,
  });
}

async function atPath(session: Session, watched: readonly WatchedScope[], path: string): Promise<WatchedScope[]> {
  const open = await session.workspace();
  const { root, relative } = await resolveEvenIfGone(open.workspace, path);
  const own = (await session.places()).find(({ workspace }) => workspace.root === root) ?? open;
  return watched.filter(({ sourceKey, scope }) => sourceKey === own.source.key && scope.directory === relative);
}

/** A watched folder may have been deleted since: then its path counts as it is written. */
async function resolveEvenIfGone(
  workspace: Awaited<ReturnType<Session["workspace"]>>["workspace"],
  path: string,
): Promise<{ root: string; relative: string }> {
  try {
    return await workspace.resolve(path);
  } catch (error) {
    if (!(error instanceof CommonsError) || error.code !== "PATH_NOT_FOUND") throw error;
    const inside = path.replace(/^\/workspace(?=\/|$)/, ".").replace(`${workspace.root}/`, "");
    return { root: workspace.root, relative: posix.normalize(inside).replace(/\/$/, "") };
  }
}

function namesOf(all: readonly WatchedScope[]): string {
  const names = all.slice(0, maxNamed).map((watched) => `#${watched.id} ${watchName(watched)}`);
  if (all.length > maxNamed) names.push(`${all.length - maxNamed} more`);
  return names.join("; ");
}
