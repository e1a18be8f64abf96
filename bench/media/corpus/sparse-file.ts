import { closeSync, ftruncateSync, openSync, writeSync } from "node:fs";

/** Writes a file of `sizeBytes` with these bytes at its start and its end; what lies between is a hole that takes no room on the disk. */
export function writeSparse(
  path: string,
  { head, tail, sizeBytes }: { head: Buffer; tail: Buffer; sizeBytes: number },
): void {
  const file = openSync(path, "wx");
  try {
    writeSync(file, head);
    ftruncateSync(file, sizeBytes);
    writeSync(file, tail, 0, tail.length, sizeBytes - tail.length);
  } finally {
    closeSync(file);
  }
}
