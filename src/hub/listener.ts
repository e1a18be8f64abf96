import { chmodSync, lstatSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { dirname } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";
import type { StatePaths } from "../config/paths.ts";
import { CommonsError } from "../core/errors.ts";
import type { HubEnv } from "./server.ts";
import { closeServer, cutUnreadAnswers } from "./server-bounds.ts";

export interface ListenerOptions {
  readonly app: Hono<HubEnv>;
  readonly paths: StatePaths;
  /** The home was removed under the running hub: what it would write is lost, and another hub may already serve a new home. */
  readonly onHomeGone: () => void;
  /** The socket file was removed by somebody and is there again. */
  readonly onRestored: () => void;
}

const watchEveryMs = 1_000;
// A request is read within this time, or its client hangs; a call may then take as long as it needs.
const requestMs = 300_000;
const unreadMs = 600_000;

/**
 * Listens on the hub's address for as long as the hub lives. The caller holds the hub lock, so a socket file that is there already was
 * left by a dead hub. A socket file that vanishes (a cleaner of temporary files, a person) is made again within a second.
 */
export class HubListener {
  readonly #options: ListenerOptions;
  /** The last one has the socket file; earlier ones keep the connections they have. */
  readonly #servers: Server[] = [];
  #inode: bigint | null = null;
  readonly #lockInode: bigint | null;
  #timer: NodeJS.Timeout | null = null;

  private constructor(options: ListenerOptions) {
    this.#options = options;
    this.#lockInode = inodeOf(options.paths.hubLock);
  }

  static async open(options: ListenerOptions): Promise<HubListener> {
    const listener = new HubListener(options);
    await listener.#listen();
    // A named pipe has no file that could be removed.
    if (process.platform !== "win32") listener.#watchSoon();
    return listener;
  }

  /** Lets the calls in flight end, at most some seconds, and removes the socket. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    await Promise.all(this.#servers.map((server) => closeServer(server)));
    if (process.platform === "win32") return;
    const { hubAddress, hubLock } = this.#options.paths;
    if (inodeOf(hubAddress) === this.#inode) rmSync(hubAddress, { force: true });
    // A long home has its socket in a directory of its own in /tmp. A home may be reached by a link: names say nothing.
    if (inodeOf(dirname(hubAddress)) !== inodeOf(dirname(hubLock))) removeEmpty(dirname(hubAddress));
  }

  async #listen(): Promise<void> {
    const address = this.#options.paths.hubAddress;
    // Safe: without a TLS or HTTP/2 factory the adaptor makes a node:http server.
    const server = createAdaptorServer({ fetch: this.#options.app.fetch }) as Server;
    server.requestTimeout = requestMs;
    server.keepAliveTimeout = 60_000;
    cutUnreadAnswers(server, unreadMs);
    if (process.platform !== "win32") {
      mkdirSync(dirname(address), { recursive: true, mode: 0o700 });
      chmodSync(dirname(address), 0o700);
      makeRoom(address);
    }
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(address, () => {
        server.off("error", reject);
        resolve();
      });
    });
    // The directory keeps others out; the mode says it once more, for who moves the socket elsewhere.
    if (process.platform !== "win32") chmodSync(address, 0o600);
    this.#servers.push(server);
    this.#inode = inodeOf(address);
  }

  #watchSoon(): void {
    this.#timer = setTimeout(() => void this.#watch(), watchEveryMs);
    this.#timer.unref();
  }

  async #watch(): Promise<void> {
    const { paths, onHomeGone, onRestored } = this.#options;
    // Another lock file in its place is another home, which may have its own hub.
    const lock = inodeOf(paths.hubLock);
    if (lock === null || lock !== this.#lockInode) {
      onHomeGone();
      return;
    }
    if (inodeOf(paths.hubAddress) !== this.#inode) {
      await this.#listen();
      onRestored();
    }
    this.#watchSoon();
  }
}

function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Somebody keeps something there, or it is gone: the next hub takes it as it is.
  }
}

/** Removes the socket of a dead hub, or an empty directory. Errors: HOME_UNUSABLE when files of somebody stand there. */
function makeRoom(address: string): void {
  if (lstatSync(address, { throwIfNoEntry: false })?.isDirectory() !== true) {
    rmSync(address, { force: true });
    return;
  }
  try {
    rmdirSync(address);
  } catch (cause) {
    throw new CommonsError("HOME_UNUSABLE", `${address} is a directory, but the hub's socket belongs there.`, {
      hint: "Move it away, then try again.",
      cause,
    });
  }
}

/** null when there is no such file. */
function inodeOf(path: string): bigint | null {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}
