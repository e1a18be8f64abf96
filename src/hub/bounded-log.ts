import { copyFileSync, fstatSync, ftruncateSync, rmSync, statSync, writeSync } from "node:fs";
import type { DestinationStream } from "pino";
import { maxLogBytes } from "../config/paths.ts";

export interface BoundedLogOptions {
  /** Open for appending to `file`; another file or a pipe is left alone. */
  readonly descriptor: number;
  readonly file: string;
  readonly maxBytes?: number;
}

/**
 * Writes lines to the hub's log, which its starter opened, and keeps it small in a hub that runs for months: beyond `maxBytes` what is there
 * moves to `FILE.1`, in the place of what was there, and the file begins anew. By a copy, because the starter's descriptor stays.
 */
export function boundedLog({ descriptor, file, maxBytes = maxLogBytes }: BoundedLogOptions): DestinationStream {
  let unseen = 0;
  return {
    write: (line) => {
      writeSync(descriptor, line);
      unseen += Buffer.byteLength(line);
      // Not at each line: what others write to the same file, such as a crash's last words, is seen at the next look.
      if (unseen < maxBytes / 10) return;
      unseen = 0;
      cut(descriptor, file, maxBytes);
    },
  };
}

function cut(descriptor: number, file: string, maxBytes: number): void {
  const old = `${file}.1`;
  try {
    const [open, named] = [fstatSync(descriptor), statSync(file)];
    if (!open.isFile() || open.ino !== named.ino || open.dev !== named.dev || open.size <= maxBytes) return;
    // A link there would be written through.
    rmSync(old, { force: true });
    copyFileSync(file, old);
    ftruncateSync(descriptor, 0);
  } catch {
    // A full disk, or the home is gone: the log is only tried again.
  }
}
