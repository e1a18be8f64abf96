import { join } from "node:path";
import { ChangeQueue, type ChangeBatch, type ChangeTiming } from "./change-queue.ts";
import { directoryId } from "./directory-id.ts";
import { isRuleChange } from "./rule-change.ts";
import {
  eventsThatFillTheQueue,
  nodeWatchSystem,
  sharedFileSystem,
  watchMode,
  type SystemWatch,
  type WatchSystem,
} from "./watch-system.ts";
import { WatchedDirectories } from "./watched-directories.ts";
import type { Workspace } from "./workspace.ts";

export type WatchState =
  | { readonly kind: "watching" }
  /** Events cannot be had, or not all: the folder is looked at from time to time. `reason` is a sentence. */
  | { readonly kind: "polling"; readonly reason: string }
  /** The folder was deleted or moved. When one stands at its path again, the watch goes on. */
  | { readonly kind: "gone" };

export interface WatchTuning extends ChangeTiming {
  /** Above this a batch names no paths any more. */
  readonly maxPaths: number;
  /** Above this the folder is polled. */
  readonly maxDirectories: number;
  /** Between two looks at a polled folder; longer where a look takes long, so that it takes at most a tenth of the time. */
  readonly pollMs: number;
  readonly maxPollMs: number;
  /** How often it is checked that the folder is still there. */
  readonly presenceMs: number;
}

const defaultTuning: WatchTuning = {
  quietMs: 100,
  latestMs: 1_000,
  latestLookMs: 5_000,
  retryMs: 5_000,
  maxRetryMs: 60_000,
  maxPaths: 500,
  maxDirectories: 50_000,
  pollMs: 2_000,
  maxPollMs: 30_000,
  presenceMs: 2_000,
};

export interface WatchFolderOptions {
  /** Relative to the workspace's root; "" is the root. */
  readonly directory: string;
  readonly recursive: boolean;
  /** Gets one batch at a time. When it rejects, a look at the whole folder follows later. */
  readonly onChange: (batch: ChangeBatch) => Promise<void>;
  /** Hears the first state too, before `watchFolder` resolves. */
  readonly onState: (state: WatchState) => void;
  readonly tuning?: Partial<WatchTuning>;
  readonly system?: WatchSystem;
  readonly mode?: "each" | "tree";
}

export interface FolderWatcher {
  readonly state: WatchState;
  /** Directories that are watched by events now. */
  readonly directories: number;
  /** Asks for a look at the whole folder, for example because another watch of this process found that events were lost. */
  doubt(): void;
  /** Ends all watches and timers; `onChange` is not called again. What it does at the moment goes on. */
  close(): void;
}

/**
 * Follows a folder by the system's file events. Batches are hints for a mirror that checks the files itself: a path may have
 * changed back, and a file may be named that is left out. Nothing that happens after the promise resolves is missed. Where there is no
 * directory (yet), the watch begins as "gone".
 */
export async function watchFolder(workspace: Workspace, options: WatchFolderOptions): Promise<FolderWatcher> {
  const watch = new FolderWatch(workspace, options, {
    maxEventsPerTurn: await eventsThatFillTheQueue(),
    shared: await sharedFileSystem(join(workspace.root, options.directory)),
  });
  try {
    await watch.start();
    return watch;
  } catch (error) {
    watch.close();
    throw error;
  }
}

class FolderWatch implements FolderWatcher {
  readonly #workspace: Workspace;
  readonly #options: WatchFolderOptions;
  readonly #tuning: WatchTuning;
  readonly #directories: WatchedDirectories;
  readonly #queue: ChangeQueue;
  /** The name of a file system that is shared with other machines, else null. */
  readonly #shared: string | null;
  readonly #above: SystemWatch[] = [];
  #state: WatchState = { kind: "watching" };
  #hasEvents = true;
  /** The set of watched directories may be wrong: it is made anew before the next look. */
  #isDoubtful = false;
  #isMissing = false;
  #isClosed = false;
  #presenceTimer: NodeJS.Timeout | null = null;
  #pollTimer: NodeJS.Timeout | null = null;

  constructor(
    workspace: Workspace,
    options: WatchFolderOptions,
    system: { maxEventsPerTurn: number; shared: string | null },
  ) {
    this.#shared = system.shared;
    this.#workspace = workspace;
    this.#options = options;
    this.#tuning = { ...defaultTuning, ...options.tuning };
    const { maxPaths, maxDirectories } = this.#tuning;
    this.#queue = new ChangeQueue({
      timing: this.#tuning,
      maxPaths,
      beforeLook: () => this.#settleDoubt(),
      onChange: (batch) => this.#hand(batch),
    });
    this.#directories = new WatchedDirectories({
      workspace,
      top: options.directory,
      recursive: options.recursive,
      mode: options.mode ?? watchMode(),
      system: options.system ?? nodeWatchSystem,
      maxDirectories,
      maxEventsPerTurn: system.maxEventsPerTurn,
      events: {
        onPath: (path) => this.#queue.addPath(path),
        onDirectoryGone: () => this.#queue.addLook("directory-gone"),
        onRulesChanged: () => this.#lookAnew("rules-changed"),
        onDoubt: () => this.#lookAnew("overflow"),
        onTopEvent: () => void this.#checkPresence("event"),
        onFailure: (reason) => this.#poll(reason),
      },
    });
  }

  get state(): WatchState {
    return this.#state;
  }

  get directories(): number {
    return this.#directories.size;
  }

  async start(): Promise<void> {
    this.#watchAbove();
    const isThere = (await directoryId(this.#absolute())) !== null;
    if (isThere) await this.#directories.refresh();
    this.#presenceTimer = setInterval(() => void this.#checkPresence("timer"), this.#tuning.presenceMs);
    if (!isThere) this.#leave();
    else if (this.#hasEvents) this.#enterEvents();
    this.#queue.start();
  }

  doubt(): void {
    this.#lookAnew("asked");
  }

  close(): void {
    this.#isClosed = true;
    if (this.#presenceTimer !== null) clearInterval(this.#presenceTimer);
    if (this.#pollTimer !== null) clearTimeout(this.#pollTimer);
    this.#queue.close();
    this.#endEvents();
  }

  #lookAnew(why: "rules-changed" | "overflow" | "back" | "asked"): void {
    this.#isDoubtful = true;
    this.#queue.addLook(why);
  }

  async #settleDoubt(): Promise<void> {
    if (!this.#isDoubtful || !this.#hasEvents || this.#isClosed) return;
    this.#isDoubtful = false;
    try {
      await this.#directories.refresh();
    } catch {
      // The rules could not be read: the folder is going, or the disk fails. The look comes all the same.
      this.#isDoubtful = true;
      await this.#checkPresence("event");
    }
  }

  async #hand(batch: ChangeBatch): Promise<void> {
    const startedAt = performance.now();
    try {
      await this.#options.onChange(batch);
    } finally {
      if (this.#state.kind === "polling") this.#pollLater((performance.now() - startedAt) * 10);
    }
  }

  /** Rule files above the folder hold in it too, and from above it is heard when the folder itself comes or goes. */
  #watchAbove(): void {
    const parts = this.#options.directory === "" ? [] : this.#options.directory.split("/");
    for (const [depth, part] of parts.entries()) {
      const path = join(this.#workspace.root, ...parts.slice(0, depth));
      try {
        const watch = (this.#options.system ?? nodeWatchSystem)(path, { recursive: false }, (type, name) => {
          if (name !== null && isRuleChange(name, type)) this.#lookAnew("rules-changed");
          if (type === "rename" && name === part) void this.#checkPresence("event");
        });
        watch.on("error", () => undefined);
        this.#above.push(watch);
      } catch {
        // Without it the presence timer still sees the folder come and go.
      }
    }
  }

  #endEvents(): void {
    this.#directories.clear();
    for (const watch of this.#above.splice(0)) watch.close();
  }

  #poll(reason: string): void {
    if (!this.#hasEvents || this.#isClosed) return;
    this.#hasEvents = false;
    // Watches are scarce then: others may need those that were set.
    this.#endEvents();
    if (this.#state.kind !== "gone") this.#enter({ kind: "polling", reason });
    this.#pollLater(this.#tuning.pollMs);
  }

  #pollLater(waitMs: number): void {
    if (this.#pollTimer !== null) clearTimeout(this.#pollTimer);
    if (this.#isClosed) return;
    const { pollMs, maxPollMs } = this.#tuning;
    this.#pollTimer = setTimeout(
      () => {
        if (this.#state.kind === "polling") this.#queue.addLook("polling");
      },
      Math.min(Math.max(waitMs, pollMs), maxPollMs),
    );
  }

  async #checkPresence(asker: "event" | "timer"): Promise<void> {
    const id = await directoryId(this.#absolute());
    if (this.#isClosed) return;
    if (id === null) {
      // One look may fall between a directory's removal and its replacement: a later one decides.
      if (asker === "timer" && this.#isMissing && this.#state.kind !== "gone") this.#leave();
      this.#isMissing = true;
      return;
    }
    this.#isMissing = false;
    if (this.#state.kind === "gone") this.#comeBack();
    else if (this.#hasEvents && this.#directories.isOther(id)) this.#lookAnew("back");
  }

  #leave(): void {
    this.#queue.clear();
    this.#endEvents();
    this.#enter({ kind: "gone" });
  }

  #comeBack(): void {
    this.#hasEvents = true;
    this.#enterEvents();
    this.#watchAbove();
    this.#lookAnew("back");
  }

  /** Where others write without an event here, events serve what this machine writes, and polling the rest. */
  #enterEvents(): void {
    if (this.#shared === null) return this.#enter({ kind: "watching" });
    this.#enter({ kind: "polling", reason: `${this.#shared} does not report what other machines change.` });
    this.#pollLater(this.#tuning.pollMs);
  }

  #absolute(): string {
    return join(this.#workspace.root, this.#options.directory);
  }

  #enter(state: WatchState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
