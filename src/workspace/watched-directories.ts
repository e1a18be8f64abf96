import type { Dirent } from "node:fs";
import { join, posix, sep } from "node:path";
import { systemErrorCode } from "../core/errors.ts";
import { listChecked } from "./checked-directory.ts";
import type { DirectoryEvents } from "./directory-events.ts";
import { directoryId } from "./directory-id.ts";
import { isRuleChange } from "./rule-change.ts";
import type { DirectoryRules } from "./ignore-rules.ts";
import { childPath, parentPath } from "./relative-path.ts";
import { leftOutReason, rulesAbove } from "./skip-check.ts";
import { watchFailure, type SystemWatch, type WatchSystem } from "./watch-system.ts";
import type { Workspace } from "./workspace.ts";

export interface WatchedDirectoriesOptions {
  readonly workspace: Workspace;
  /** The folder, relative to the root; "" is the root. */
  readonly top: string;
  readonly recursive: boolean;
  /** One watch for each directory, or one for the whole tree where the system offers that. */
  readonly mode: "each" | "tree";
  readonly system: WatchSystem;
  readonly events: DirectoryEvents;
  readonly maxDirectories: number;
  /** So many events in one turn of the event loop mean that the system's queue may have overflowed. */
  readonly maxEventsPerTurn: number;
}

interface Watched {
  /** Tells a directory from another that took its place. */
  readonly id: string;
  rules: DirectoryRules;
  /** Names of the watched directories directly below. */
  readonly children: Set<string>;
  readonly watch: SystemWatch | null;
}

interface Place {
  readonly path: string;
  /** The rules of the directory above; its own for the root. */
  readonly above: DirectoryRules;
}

interface WalkEvents {
  readonly onFile?: (path: string) => void;
  readonly onDirectory?: (path: string) => void;
}

const maxUnsorted = 2_000;
const readsAtOnce = 8;

/**
 * The directories below a folder that are not ignored, kept up to date by their own events. A directory is watched first and
 * listed then, so that no file falls in between.
 */
export class WatchedDirectories {
  readonly #options: WatchedDirectoriesOptions;
  readonly #watched = new Map<string, Watched>();
  /** Names that came or went: only a look tells what they are. */
  readonly #unsorted = new Set<string>();
  #inHand: string | null = null;
  /** The rules leave out the folder itself: there is nothing to watch. */
  #isLeftOut = false;
  /** Walks and looks run one after the other. */
  #work: Promise<void> = Promise.resolve();
  #isSortingAhead = false;
  #eventsOfTurn = 0;
  /** Changes with `clear`: a walk that began before it sets no watches any more. */
  #generation = 0;

  constructor(options: WatchedDirectoriesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#watched.size;
  }

  /** Whether the folder, of which `directoryId` says this, is another than the one that is watched. */
  isOther(id: string): boolean {
    return !this.#isLeftOut && this.#watched.get(this.#options.top)?.id !== id;
  }

  /** Reads the rules and walks the folder: watches what is new, drops what is gone or ignored now, keeps the rest. */
  refresh(): Promise<void> {
    const generation = this.#generation;
    return this.#oneByOne(async () => {
      this.#unsorted.clear();
      const { top, workspace } = this.#options;
      const seen = new Set<string>();
      const above = await rulesAbove(workspace, top);
      this.#isLeftOut = typeof above === "string";
      if (typeof above !== "string") await this.#walk({ path: top, above }, { onDirectory: (path) => seen.add(path) });
      if (generation !== this.#generation) return;
      for (const path of this.#watched.keys()) if (!seen.has(path)) this.#drop(path);
    });
  }

  /** Ends all watches; `refresh` sets them again. */
  clear(): void {
    this.#generation++;
    this.#unsorted.clear();
    for (const { watch } of this.#watched.values()) watch?.close();
    this.#watched.clear();
  }

  #oneByOne(task: () => Promise<void>): Promise<void> {
    const done = this.#work.then(task);
    // Whoever asked hears of a failure; the next task runs all the same.
    this.#work = done.catch(() => undefined);
    return done;
  }

  /** Breadth first. `onFile` hears of the files found, `onDirectory` of the directories that are watched now. */
  async #walk(start: Place, { onFile, onDirectory }: WalkEvents): Promise<void> {
    const generation = this.#generation;
    for (let level: Place[] = [start]; level.length > 0 && generation === this.#generation;) {
      const below: Place[] = [];
      const queue = level.values();
      const worker = async (): Promise<void> => {
        for (const place of queue) {
          const entries = await this.#enter(place, generation);
          if (entries === null) continue;
          onDirectory?.(place.path);
          below.push(...this.#sortEntries(place.path, entries, onFile));
        }
      };
      await Promise.all(Array.from({ length: readsAtOnce }, worker));
      level = below;
    }
  }

  /** Watches one directory and lists it; null when it is none (any more), or cannot be watched or read. */
  async #enter({ path, above }: Place, generation: number): Promise<Dirent[] | null> {
    const absolute = this.#absolute(path);
    const id = await directoryId(absolute);
    if (generation !== this.#generation) return null;
    let watched = this.#watched.get(path);
    if (watched?.id !== id) {
      this.#drop(path);
      watched = undefined;
    }
    const watch = watched === undefined && id !== null ? this.#watch(path) : null;
    if (id === null || (watched === undefined && watch === "failed")) return null;
    const entries = await listChecked(absolute).catch(() => []);
    const names = new Set(entries.map((entry) => entry.name));
    const rules = path === "" ? above : await above.enter(posix.basename(path), names);
    const isLeftOut = path !== "" && rules.leftOut !== null;
    if (isLeftOut || generation !== this.#generation) {
      if (watch !== "failed") watch?.close();
      if (path === this.#options.top) this.#isLeftOut = isLeftOut;
      return null;
    }
    if (watched !== undefined) watched.rules = rules;
    else if (watch !== "failed") this.#keep(path, { id, rules, children: new Set(), watch });
    return entries;
  }

  #sortEntries(directory: string, entries: readonly Dirent[], onFile: WalkEvents["onFile"]): Place[] {
    const rules = this.#watched.get(directory)?.rules;
    if (rules === undefined) return [];
    const below: Place[] = [];
    for (const entry of entries) {
      const path = childPath(directory, entry.name);
      if (!entry.isDirectory()) {
        if (!isIgnored(path, rules)) onFile?.(path);
      } else if (this.#isWanted(path, rules)) below.push({ path, above: rules });
    }
    return below;
  }

  #isWanted(directory: string, above: DirectoryRules): boolean {
    return this.#options.recursive && leftOutReason(above, posix.basename(directory), true) === null;
  }

  /** null where the watch of the whole tree covers the directory. */
  #watch(path: string): SystemWatch | null | "failed" {
    const { mode, top, recursive, system, events, maxDirectories } = this.#options;
    if (this.#watched.size >= maxDirectories) {
      events.onFailure(`There are more than ${maxDirectories} directories to watch.`);
      return "failed";
    }
    if (mode === "tree" && path !== top) return null;
    try {
      const isTree = mode === "tree" && recursive;
      const watch = system(this.#absolute(path), { recursive: isTree }, (type, name) =>
        isTree ? this.#treeEvent(type, name) : this.#event({ directory: path, name }, type),
      );
      watch.on("error", (error) => events.onFailure(watchFailure(systemErrorCode(error))));
      return watch;
    } catch (thrown) {
      const code = systemErrorCode(thrown);
      const isGone = code === "ENOENT" || code === "ENOTDIR";
      const isClosed = code === "EACCES" || code === "EPERM";
      // Below the folder, a directory that is closed to us is nothing to watch.
      if (!isGone && (path === top || !isClosed)) events.onFailure(watchFailure(code));
      return "failed";
    }
  }

  #keep(path: string, watched: Watched): void {
    this.#watched.set(path, watched);
    if (path !== this.#options.top) this.#watched.get(parentPath(path))?.children.add(posix.basename(path));
  }

  /** Forgets a directory and all below it. */
  #drop(path: string): void {
    const watched = this.#watched.get(path);
    if (watched === undefined) return;
    watched.watch?.close();
    this.#watched.delete(path);
    if (path !== this.#options.top) this.#watched.get(parentPath(path))?.children.delete(posix.basename(path));
    for (const name of watched.children) this.#drop(childPath(path, name));
  }

  /** An event of the watch of a whole tree, brought to the nearest watched directory. */
  #treeEvent(type: "rename" | "change", name: string | null): void {
    const { top } = this.#options;
    const parts = name?.split(sep) ?? [];
    for (let length = parts.length - 1; length >= 0; length--) {
      const directory = [...(top === "" ? [] : [top]), ...parts.slice(0, length)].join("/");
      if (length > 0 && !this.#watched.has(directory)) continue;
      const isWhole = length === parts.length - 1;
      return this.#event({ directory, name: parts[length] ?? null }, isWhole ? type : "rename");
    }
    this.#options.events.onDoubt();
  }

  #event(place: { directory: string; name: string | null }, type: "rename" | "change"): void {
    const { events, top, workspace } = this.#options;
    const { directory, name } = place;
    this.#countEvent();
    if (name === null || name === "") return events.onDoubt();
    const watched = this.#watched.get(directory);
    if (watched === undefined) return;
    if (directory === top && type === "rename" && name === posix.basename(posix.join(workspace.root, top)))
      events.onTopEvent();
    if (isRuleChange(name, type)) events.onRulesChanged();
    const path = childPath(directory, name);
    const isLeftOut = isIgnored(path, watched.rules);
    if (type === "rename") {
      if (watched.children.has(name) || !isLeftOut || this.#isWanted(path, watched.rules)) this.#sortLater(path);
    } else if (!isLeftOut && !watched.children.has(name) && !this.#unsorted.has(path) && this.#inHand !== path) {
      events.onPath(path);
    }
  }

  /** The system drops events when its queue is full, and Node does not tell; all that it kept come in one turn then. */
  #countEvent(): void {
    this.#eventsOfTurn++;
    if (this.#eventsOfTurn === 1) setImmediate(() => (this.#eventsOfTurn = 0));
    if (this.#eventsOfTurn === this.#options.maxEventsPerTurn) this.#options.events.onDoubt();
  }

  #sortLater(path: string): void {
    if (this.#unsorted.size >= maxUnsorted) {
      this.#unsorted.clear();
      return this.#options.events.onDoubt();
    }
    this.#unsorted.add(path);
    if (this.#isSortingAhead) return;
    this.#isSortingAhead = true;
    this.#oneByOne(() => this.#sort()).catch(() => this.#options.events.onDoubt());
  }

  async #sort(): Promise<void> {
    this.#isSortingAhead = false;
    for (const path of this.#unsorted) {
      // What was cleared meanwhile is covered by a look at everything.
      if (!this.#unsorted.delete(path)) continue;
      this.#inHand = path;
      await this.#sortOne(path);
      this.#inHand = null;
    }
  }

  async #sortOne(path: string): Promise<void> {
    const { events } = this.#options;
    const id = await directoryId(this.#absolute(path));
    const rules = this.#watched.get(parentPath(path))?.rules;
    if (rules === undefined) return;
    const known = this.#watched.get(path);
    if (known !== undefined && known.id !== id) {
      this.#drop(path);
      events.onDirectoryGone();
    }
    if (id === null) {
      if (!isIgnored(path, rules)) events.onPath(path);
    } else if (!this.#watched.has(path) && this.#isWanted(path, rules)) {
      await this.#walk({ path, above: rules }, { onFile: (file) => events.onPath(file) });
    }
  }

  #absolute(path: string): string {
    return join(this.#options.workspace.root, path);
  }
}

function isIgnored(file: string, above: DirectoryRules): boolean {
  return leftOutReason(above, posix.basename(file), false) !== null;
}
