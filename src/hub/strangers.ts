import type { Socket } from "node:net";
import type { TcpGuard } from "./guard.ts";

const tellEveryMs = 60_000;

interface StrangersOptions {
  readonly guard: Pick<TcpGuard, "hasAdmitted">;
  readonly most: number;
  /** Called at most once a minute, with how many were ended since the last time. */
  readonly onCrowd: (dropped: number) => void;
  /** Milliseconds that never go back; tests give their own. */
  readonly now?: () => number;
}

/**
 * The connections that have not shown the token yet. Where there are too many, the oldest goes and not the newest: who has the token sends
 * it with the first bytes, and who has none could otherwise keep all places with connections that say nothing.
 */
export class Strangers {
  readonly #options: StrangersOptions;
  /** Oldest first; some have shown the token since. */
  readonly #sockets = new Set<Socket>();
  #dropped = 0;
  #toldMs = -Infinity;

  constructor(options: StrangersOptions) {
    this.#options = options;
  }

  take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    if (this.#sockets.size <= this.#options.most) return;
    for (const one of this.#sockets) if (this.#options.guard.hasAdmitted(one)) this.#sockets.delete(one);
    const [oldest] = this.#sockets;
    if (this.#sockets.size > this.#options.most && oldest !== undefined) this.#drop(oldest);
  }

  #drop(socket: Socket): void {
    this.#sockets.delete(socket);
    socket.destroy();
    this.#dropped += 1;
    const nowMs = (this.#options.now ?? (() => performance.now()))();
    if (nowMs - this.#toldMs < tellEveryMs) return;
    this.#options.onCrowd(this.#dropped);
    this.#dropped = 0;
    this.#toldMs = nowMs;
  }
}
