import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { HubConnection } from "../client/hub-connection.ts";
import { ensureHub } from "../client/hub-starter.ts";
import type { StatePaths } from "../config/paths.ts";
import type { Program } from "../config/program.ts";
import { asCommonsError, type CommonsError } from "../core/errors.ts";

export interface HubKeeperOptions {
  readonly paths: StatePaths;
  readonly program: Program;
  readonly env: NodeJS.ProcessEnv;
  /** Each time a hub is there, and every two seconds while it is. */
  readonly onHub: () => void;
  readonly onProblem: (problem: CommonsError) => void;
}

const lookMs = 2_000;
// A hub that a person stopped, or a newer version, is gone for a moment on purpose.
const beforeRestartMs = 500;
const longestPauseMs = 30_000;

/**
 * Keeps a hub running for a session that cannot start one itself. It holds a connection, whose end tells at once that the hub is gone, so
 * that nothing needs to be asked again and again.
 */
export class HubKeeper {
  readonly #options: HubKeeperOptions;
  readonly #connection: HubConnection;
  readonly #end = new AbortController();
  readonly #done: Promise<void>;

  constructor(options: HubKeeperOptions) {
    this.#options = options;
    this.#connection = new HubConnection(options.paths.hubAddress);
    this.#done = this.#keep();
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#connection.close();
    await this.#done;
  }

  async #keep(): Promise<void> {
    const { paths, program, env, onHub, onProblem } = this.#options;
    const { signal } = this.#end;
    for (let failures = 0; !signal.aborted;) {
      try {
        await ensureHub({ connection: this.#connection, paths, program, env, signal });
        onHub();
        failures = 0;
        await this.#whileConnected();
        await delay(beforeRestartMs, undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        if (failures++ === 0) onProblem(asCommonsError(error));
        await delay(Math.min(1_000 * 2 ** failures, longestPauseMs), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** Resolves when the connection ends: the hub is gone, or tidies up connections that say nothing. */
  async #whileConnected(): Promise<void> {
    const { paths, onHub } = this.#options;
    const socket = connect(paths.hubAddress);
    const timer = setInterval(onHub, lookMs);
    const end = () => socket.destroy();
    this.#end.signal.addEventListener("abort", end);
    try {
      await new Promise<void>((resolve) => {
        // Whatever the reason, the hub is asked for again.
        socket.on("error", () => undefined).once("close", () => resolve());
        socket.resume();
      });
    } finally {
      clearInterval(timer);
      this.#end.signal.removeEventListener("abort", end);
    }
  }
}
