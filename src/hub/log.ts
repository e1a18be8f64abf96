import { pino, type Logger } from "pino";

/** Fixed messages and fields; never contents, queries or secrets. */
export type Log = Logger;

/** Writes JSON lines to standard output, which the starter pointed at the hub's log file. */
export function createLog(level: string): Log {
  return pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 1, sync: true }),
  );
}
