import { closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { parseEnv } from "node:util";

const largestBytes = 65_536;

/**
 * The variables of a file that an entry names (`--dotenv-path`, `--env-file`); null where it cannot be read, is no plain file, or has more
 * than 64 kB. Nothing is thrown: what it would have said is not known then.
 */
export function variablesOfFile(file: string): Readonly<Record<string, string | undefined>> | null {
  try {
    // Some devices act on being opened: the look comes first.
    if (!statSync(file).isFile()) return null;
    const handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const bytes = Buffer.alloc(largestBytes + 1);
      const length = readSync(handle, bytes, 0, bytes.length, 0);
      return length > largestBytes ? null : parseEnv(bytes.toString("utf8", 0, length));
    } finally {
      closeSync(handle);
    }
  } catch {
    // Unreadable: then it is not known, which the caller tells.
    return null;
  }
}
