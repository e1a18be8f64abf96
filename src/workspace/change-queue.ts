/** Why a whole folder is to be looked at again instead of some paths. */
export type FolderLook =
  /** More paths changed at once than are worth naming. */
  | "burst"
  /** A directory was deleted or moved: no event tells what was in it. */
  | "directory-gone"
  /** A .gitignore or .commonsignore changed. */
  | "rules-changed"
  /** The system may have dropped events. */
  | "overflow"
  /** No events: looked at from time to time. */
  | "polling"
  /** The folder was gone and is there again. */
  | "back"
  /** Who watches asked for it. */
  | "asked"
  /** The batch before this one was not taken: `onChange` rejected. */
  | "retry";

/** What has changed, as far as events tell: a hint for a mirror that checks the files itself. */
export type ChangeBatch =
  /** Created, changed and deleted files, relative to the workspace's root, with forward slashes; at most `maxPaths`. */
  { readonly kind: "paths"; readonly paths: readonly string[] } | { readonly kind: "folder"; readonly why: FolderLook };

export interface ChangeTiming {
  /** A batch goes out when nothing has happened for so long. */
  readonly quietMs: number;
  /** Paths wait at most so long, counted from the first event. */
  readonly latestMs: number;
  /** So long a look at the whole folder waits for the end of a burst: a look in the middle of a checkout is work lost. */
  readonly latestLookMs: number;
  /** After a rejected batch; twice as long after each further one, up to `maxRetryMs`. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
}

export interface ChangeQueueOptions {
  readonly timing: ChangeTiming;
  readonly maxPaths: number;
  /** Runs before a look at the whole folder is handed out. Must not reject. */
  readonly beforeLook: () => Promise<void>;
  readonly onChange: (batch: ChangeBatch) => Promise<void>;
}

/** Gathers events and hands them out in batches, one at a time: the next waits until `onChange` has settled. */
export class ChangeQueue {
  readonly #options: ChangeQueueOptions;
  readonly #paths = new Set<string>();
  #look: FolderLook | null = null;
  #firstAt = 0;
  #lastAt = 0;
  #notBefore = 0;
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;
  // Until `start`: nothing is handed out before the caller holds the watcher.
  #isDelivering = true;
  #isClosed = false;

  constructor(options: ChangeQueueOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isDelivering = false;
    this.#schedule();
  }

  addPath(path: string): void {
    if (this.#look === null) {
      this.#paths.add(path);
      if (this.#paths.size > this.#options.maxPaths) this.#askForLook("burst");
    }
    this.#touch();
  }

  addLook(why: FolderLook): void {
    this.#askForLook(why);
    this.#touch();
  }

  /** Drops what is gathered; what comes later is gathered again. */
  clear(): void {
    this.#paths.clear();
    this.#look = null;
    this.#firstAt = 0;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  close(): void {
    this.#isClosed = true;
    this.clear();
  }

  #askForLook(why: FolderLook): void {
    // The first reason stands, but that rules changed or events were lost says more than that there were many.
    if (this.#look === null || this.#look === "burst") this.#look = why;
    this.#paths.clear();
  }

  #touch(): void {
    if (this.#isClosed) return;
    this.#lastAt = performance.now();
    if (this.#firstAt === 0) this.#firstAt = this.#lastAt;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== null || this.#isDelivering || this.#isClosed || this.#firstAt === 0) return;
    const waitMs = this.#dueAt() - performance.now();
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        // Events that came since have moved the time: one timer for thousands of them.
        if (this.#dueAt() > performance.now()) this.#schedule();
        else void this.#deliver();
      },
      Math.max(waitMs, 0) + 1,
    );
  }

  #dueAt(): number {
    const { quietMs, latestMs, latestLookMs } = this.#options.timing;
    const latest = this.#firstAt + (this.#look === null ? latestMs : latestLookMs);
    return Math.max(this.#notBefore, Math.min(this.#lastAt + quietMs, latest));
  }

  async #deliver(): Promise<void> {
    this.#isDelivering = true;
    if (this.#look !== null) await this.#options.beforeLook();
    const batch = this.#take();
    try {
      if (batch !== null) await this.#options.onChange(batch);
      this.#failures = 0;
    } catch {
      // The caller knows of its own failure; here it only means that the batch must come again.
      const { retryMs, maxRetryMs } = this.#options.timing;
      this.#notBefore = performance.now() + Math.min(retryMs * 2 ** this.#failures++, maxRetryMs);
      this.addLook("retry");
    }
    this.#isDelivering = false;
    this.#schedule();
  }

  #take(): ChangeBatch | null {
    if (this.#isClosed) return null;
    const why = this.#look;
    const paths = [...this.#paths];
    this.clear();
    if (why !== null) return { kind: "folder", why };
    return paths.length === 0 ? null : { kind: "paths", paths };
  }
}
