import { statfs } from "node:fs/promises";
import { systemErrorCode } from "../core/errors.ts";

const reservedBytes = 1_000_000_000;

/**
 * Whether the disk of the directory has room: at least 1 GB and twice what is expected to come, so that SQLite never meets a full disk.
 * True without a directory: its supervisor sees that, and the disk is not to blame.
 */
export async function hasDiskRoom(directory: string, expectedGrowthBytes = 0): Promise<boolean> {
  const room = await statfs(directory).catch((error: unknown) => {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  });
  if (room === null) return true;
  const { bavail, bsize } = room;
  return bavail * bsize >= Math.max(reservedBytes, 2 * expectedGrowthBytes);
}
