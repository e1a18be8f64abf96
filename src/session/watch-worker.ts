import { CommonsError } from "../core/errors.ts";
import type { IngestProgress, IngestReport } from "../ingest/requests.ts";
import { changesOf } from "../ingest/tally.ts";
import type { ChangeBatch } from "../workspace/change-queue.ts";
import { watchFolder, type FolderWatcher, type WatchState } from "../workspace/folder-watcher.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { clearFolder, mirrorFolder, mirrorPaths, type MirroredFolder } from "./watch-mirror.ts";
import { newWatchProgress, type WatchProgress } from "./watch-progress.ts";

export interface WatchWorkerOptions extends Omit<MirroredFolder, "signal"> {
  readonly workspace: Workspace;
  readonly onProgress: (progress: WatchProgress) => void;
  readonly onIngest: (progress: IngestProgress) => void;
  readonly onUpdated: (batch: ChangeBatch, report: IngestReport) => void;
  /** The system dropped events; maybe also those of other watches of this process. */
  readonly onOverflow: () => void;
  /** The collection is gone. */
  readonly onCollectionGone: () => void;
}

/** Does the work of one watch: mirrors its folder, then follows its changes, until `close`. */
export class WatchWorker {
  readonly #options: WatchWorkerOptions;
  readonly #folder: MirroredFolder;
  readonly #stop = new AbortController();
  #watcher: FolderWatcher | null = null;
  #progress = newWatchProgress;
  #isMirrored = false;
  /** One ingest after the other: an older look must not end after a newer one. */
  #work: Promise<unknown> = Promise.resolve();

  constructor(options: WatchWorkerOptions) {
    this.#options = options;
    const { session, watched, collection } = options;
    this.#folder = { session, watched, collection, signal: this.#stop.signal };
  }

  get progress(): WatchProgress {
    return this.#progress;
  }

  /** Begins to watch; what happens before the folder is mirrored is gathered. Errors: the system's. */
  async open(): Promise<void> {
    const { workspace, watched } = this.#options;
    this.#watcher = await watchFolder(workspace, {
      directory: watched.scope.directory,
      recursive: watched.scope.recursive,
      onChange: (batch) => this.#oneByOne(() => this.#follow(batch)),
      onState: (state) => this.#enter(state),
    });
    if (this.#stop.signal.aborted) this.#watcher.close();
  }

  /** Mirrors the folder; null when it is not there. When it fails, it is tried again later. */
  async mirror(): Promise<IngestReport | null> {
    if (this.#watcher?.state.kind === "gone") return null;
    try {
      const report = await this.#oneByOne(() => mirrorFolder(this.#folder, this.#options.onIngest));
      this.#isMirrored = true;
      if (report !== null) this.#count(report);
      return report;
    } catch (error) {
      this.#fail(error);
      this.#watcher?.doubt();
      throw error;
    }
  }

  /** Events may have been lost: looks at the whole folder again. */
  doubt(): void {
    this.#watcher?.doubt();
  }

  close(): void {
    this.#stop.abort();
    this.#watcher?.close();
  }

  #oneByOne<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#work.then(task);
    this.#work = done.catch(() => undefined);
    return done;
  }

  async #follow(batch: ChangeBatch): Promise<void> {
    if (batch.kind === "folder" && batch.why === "overflow") this.#options.onOverflow();
    const { maxFiles } = this.#options.watched.scope;
    try {
      // Which files are among the first so many, only a look at all of them tells.
      const isNamed = batch.kind === "paths" && maxFiles === null && this.#isMirrored;
      const report = isNamed
        ? await mirrorPaths(this.#folder, batch.paths)
        : await mirrorFolder(this.#folder, this.#options.onIngest);
      if (!isNamed) this.#isMirrored = true;
      if (report === null) return;
      this.#count(report);
      if (changesOf(report) > 0) this.#options.onUpdated(batch, report);
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  #enter(state: WatchState): void {
    if (state.kind === "gone") {
      this.#say({ state: "gone", reason: null, directories: 0 });
      // Where the workspace itself is gone, nothing is removed: it may have been moved, and this session ends with it.
      void this.#oneByOne(() => clearFolder(this.#folder)).then(
        (report) => report !== null && this.#count(report),
        () => undefined,
      );
    } else if (this.#isMirrored || state.kind === "polling") this.#sayState();
  }

  #count(report: IngestReport): void {
    const changes = changesOf(report);
    this.#say({
      filesUpdated: this.#progress.filesUpdated + changes,
      lastChangeMs: changes > 0 ? Date.now() : this.#progress.lastChangeMs,
    });
    this.#sayState();
  }

  #sayState(): void {
    const watcher = this.#watcher;
    if (watcher === null) return;
    const { state, directories } = watcher;
    if (state.kind === "gone") return this.#say({ state: "gone", reason: null, directories: 0 });
    const isMirrored = this.#isMirrored || state.kind === "polling";
    const reason = state.kind === "polling" ? state.reason : null;
    this.#say({ state: isMirrored ? state.kind : "mirroring", reason, directories });
  }

  #fail(error: unknown): void {
    if (this.#stop.signal.aborted) return;
    if (error instanceof CommonsError && error.code === "COLLECTION_NOT_FOUND") this.#options.onCollectionGone();
    this.#say({ state: "failing", reason: error instanceof Error ? error.message : String(error) });
  }

  #say(news: Partial<WatchProgress>): void {
    const next = { ...this.#progress, ...news };
    if (JSON.stringify(next) === JSON.stringify(this.#progress)) return;
    this.#progress = next;
    if (!this.#stop.signal.aborted) this.#options.onProgress(next);
  }
}
