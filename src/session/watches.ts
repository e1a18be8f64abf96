import { requireCollectionName } from "../core/collection-name.ts";
import { CommonsError } from "../core/errors.ts";
import type { WatchedScope } from "../core/scopes.ts";
import { filterOf } from "../ingest/select-files.ts";
import type { WorkView } from "../protocol/views.ts";
import { defaultCollection, ensureCollection } from "./collections.ts";
import { savedScope, scopeOf, selectionOf } from "./scope-work.ts";
import { isGitName } from "../workspace/path-form.ts";
import { rulesAbove } from "../workspace/skip-check.ts";
import type { OpenWorkspace, Session } from "./session.ts";
import { watchKey } from "./watch-progress.ts";
import { WatchRun, type WatchListener } from "./watch-run.ts";

export interface WatchRequest {
  /** A directory of the workspace, as a person or a model types it. */
  readonly path: string;
  /** null: the workspace's default collection. */
  readonly collection: string | null;
  readonly recursive: boolean;
  readonly categories?: readonly string[];
  readonly extensions?: readonly string[];
}

export interface OpenedWatch {
  readonly run: WatchRun;
  /** Nobody wanted it before. */
  readonly isNew: boolean;
}

/**
 * The watches in which this session has a part. What is wanted is remembered by the hub: a watch outlives the sessions that do its work,
 * pauses when there is none, and goes on with the next session of its workspace.
 */
export class Watches {
  readonly #session: Session;
  readonly #runs = new Map<number, WatchRun>();
  #isClosed = false;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Wants a folder watched. Errors: those of paths, names and selections, PATH_WRONG_KIND for a file, FILE_NOT_INDEXABLE for a folder that is left out. */
  async open(request: WatchRequest, listener: WatchListener = {}): Promise<OpenedWatch> {
    const session = this.#session;
    const open = await session.workspace();
    const place = await open.workspace.resolve(request.path);
    if (place.kind === "file") {
      throw new CommonsError("PATH_WRONG_KIND", `${request.path} is a file, not a directory.`, {
        hint: "Watch the directory that holds it.",
      });
    }
    const own = (await session.places()).find(({ workspace }) => workspace.root === place.root) ?? open;
    await requireTaken(own, place.relative, request.path);
    const name = requireCollectionName(request.collection ?? (await defaultCollection(session, open)));
    const scope = scopeOf({ ...request, includeContent: true }, place.relative);
    // Refuses empty lists before a collection is made.
    filterOf(selectionOf(scope));
    const before = await session.call("scopes.watched", {});
    const collection = await ensureCollection(session, name, { kind: "any" });
    const wanted = {
      collectionId: collection.id,
      source: own.source,
      scope: savedScope(scope),
      isWatched: true,
      mirroredAtMs: null,
    };
    const { id } = await session.call("scopes.save", wanted);
    const watched = (await session.call("scopes.watched", {})).find((each) => each.id === id);
    if (watched === undefined) {
      throw new CommonsError("WATCH_NOT_FOUND", `The watch of ${request.path} was stopped at once by another session.`);
    }
    return { run: this.#start(watched, listener), isNew: !before.some((each) => each.id === id) };
  }

  /** Takes part in every watch of this session's own directories. */
  async resume(all: readonly WatchedScope[]): Promise<void> {
    const keys = new Set((await this.#session.places()).map(({ source }) => source.key));
    for (const watched of all) if (keys.has(watched.sourceKey)) this.#start(watched, {});
  }

  /** Ends a watch for every session, for good; the session that did its work, if one did. Files and chunks stay as they are. */
  async stop({ id }: Pick<WatchedScope, "id">): Promise<WorkView["holder"] | null> {
    const session = this.#session;
    const works = await session.call("work.list", {});
    const work = works.find(({ key }) => key === watchKey(id));
    await session.call("scopes.unwatch", { id });
    // Whoever holds the lease or waits for it looks then whether the watch is still wanted.
    if (work !== undefined) await session.call("work.release", { key: work.key, runId: work.runId });
    this.#runs.get(id)?.close();
    return work?.holder ?? null;
  }

  close(): void {
    this.#isClosed = true;
    for (const run of this.#runs.values()) run.close();
  }

  #start(watched: WatchedScope, listener: WatchListener): WatchRun {
    const known = this.#runs.get(watched.id);
    if (known !== undefined) return known;
    const run = new WatchRun({
      session: this.#session,
      watched,
      listener,
      // The kernel's queue of events is the process's: what one watch lost, others may have lost too.
      onOverflow: () => {
        for (const other of this.#runs.values()) if (other !== run) other.doubt();
      },
    });
    this.#runs.set(watched.id, run);
    void this.#forgetAtEnd(run);
    if (this.#isClosed) run.close();
    return run;
  }

  async #forgetAtEnd(run: WatchRun): Promise<void> {
    await run.ended;
    if (this.#runs.get(run.watched.id) === run) this.#runs.delete(run.watched.id);
  }
}

/** A watch of a folder that no ingest looks into would follow nothing for ever. */
async function requireTaken({ workspace }: OpenWorkspace, directory: string, shown: string): Promise<void> {
  const reason = await rulesAbove(workspace, directory);
  if (typeof reason !== "string") return;
  const isGit = directory.split("/").some((name) => isGitName(name));
  throw new CommonsError(
    "FILE_NOT_INDEXABLE",
    `Nothing in ${shown} is ever ingested: ${isGit ? "it is git's own" : reason}.`,
    {
      hint: isGit
        ? "Watch another folder."
        : "A rule leaves it out; a line with ! and its path in .commonsignore takes it in. Or watch another folder.",
    },
  );
}
