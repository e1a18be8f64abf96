import { setTimeout as sleep } from "node:timers/promises";
import { engineNotLookedAt, type EngineStatus, type EngineSupervisor } from "./engine-status.ts";
import { heartbeatFailure } from "./heartbeat.ts";

export interface ExternalEngineOptions {
  /** `COMMONS_CHROMA_URL`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Called at every change, in order. */
  readonly onState: (status: EngineStatus) => void;
  readonly timing?: { readonly firstDelayMs: number; readonly maxDelayMs: number; readonly checkEveryMs: number };
}

const defaultTiming = { firstDelayMs: 500, maxDelayMs: 30_000, checkEveryMs: 10_000 };
const heartbeatTimeoutMs = 10_000;

/** A ChromaDB that others run: asked for its heartbeat again and again, never started or stopped. */
export class ExternalEngine implements EngineSupervisor {
  readonly #options: ExternalEngineOptions;
  readonly #url: string;
  readonly #closing = new AbortController();
  #status: EngineStatus;
  #run: Promise<void> | null = null;

  constructor(options: ExternalEngineOptions) {
    this.#options = options;
    this.#url = options.url.replace(/\/+$/, "");
    this.#status = { ...engineNotLookedAt, url: this.#url };
  }

  status(): EngineStatus {
    return this.#status;
  }

  start(): void {
    this.#run ??= this.#poll();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#run;
    this.#report({ state: "stopped", url: null, detail: null });
  }

  async #poll(): Promise<void> {
    const { signal } = this.#closing;
    const timing = this.#options.timing ?? defaultTiming;
    let failures = 0;
    while (!signal.aborted) {
      const failure = await heartbeatFailure(this.#url, this.#options.headers, heartbeatTimeoutMs);
      if (signal.aborted) return;
      failures = failure === null ? 0 : failures + 1;
      // `url` stays also while it is unreachable: it is where the user said, and people want to see it.
      this.#report(
        failure === null
          ? { state: "ready", detail: null }
          : { state: "unreachable", detail: `No answer from ${this.#url}: ${failure}.` },
      );
      const delayMs =
        failure === null ? timing.checkEveryMs : Math.min(timing.firstDelayMs * 2 ** (failures - 1), timing.maxDelayMs);
      await sleep(delayMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  #report(change: Partial<EngineStatus>): void {
    const next = { ...this.#status, ...change };
    if (next.state === this.#status.state && next.detail === this.#status.detail) return;
    this.#status = next;
    this.#options.onState(next);
  }
}
