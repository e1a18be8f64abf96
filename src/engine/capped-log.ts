import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { systemErrorCode } from "../core/errors.ts";

/**
 * A log file that never grows beyond `maxBytes`: when full it becomes `<path>.old`, replacing the one before.
 * Writing is best effort: a full disk must not stop the engine for its log's sake.
 */
export class CappedLog {
  readonly path: string;
  readonly #maxBytes: number;
  #sizeBytes: number;

  constructor(path: string, maxBytes = 2_000_000) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.path = path;
    this.#maxBytes = maxBytes;
    this.#sizeBytes = sizeOf(path);
  }

  write(text: string): void {
    const bytes = Buffer.from(text.length > this.#maxBytes ? text.slice(-this.#maxBytes) : text, "utf8");
    try {
      if (this.#sizeBytes + bytes.length > this.#maxBytes && this.#sizeBytes > 0) {
        renameSync(this.path, `${this.path}.old`);
        this.#sizeBytes = 0;
      }
      appendFileSync(this.path, bytes, { mode: 0o600 });
      this.#sizeBytes += bytes.length;
    } catch (error) {
      if (systemErrorCode(error) === undefined) throw error;
    }
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
