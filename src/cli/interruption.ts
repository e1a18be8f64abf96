import { CommonsError } from "../core/errors.ts";

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Signals of the person or the system. Until a command asks for `signal()` they end the process as they always do; then the first one
 * aborts the signal with CANCELLED, and a second one ends the process at once.
 */
export class Interruption {
  #controller: AbortController | null = null;
  #exitCode: number | null = null;
  #needsReader = true;

  signal(): AbortSignal {
    this.#controller ??= this.#listen();
    return this.#controller.signal;
  }

  /** The command changes things: when the reader of its output goes (`| head`), it goes on to its end all the same. */
  workUnread(): void {
    this.#needsReader = false;
  }

  /** Whether a command whose output nobody reads any more is to end. */
  get needsReader(): boolean {
    return this.#needsReader;
  }

  /** 128 + the number of the signal that came; null when none did. */
  get exitCode(): number | null {
    return this.#exitCode;
  }

  #listen(): AbortController {
    const controller = new AbortController();
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(name, () => {
        if (this.#exitCode !== null) process.exit(this.#exitCode);
        this.#exitCode = exitCodes[name];
        controller.abort(new CommonsError("CANCELLED", "Cancelled."));
      });
    }
    return controller;
  }
}
