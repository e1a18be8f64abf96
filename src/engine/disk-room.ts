import { statfs } from "node:fs/promises";

const reservedBytes = 1_000_000_000;

/** Whether the disk of the directory has room: at least 1 GB and twice what is expected to come, so that SQLite never meets a full disk. */
export async function hasDiskRoom(directory: string, expectedGrowthBytes = 0): Promise<boolean> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize >= Math.max(reservedBytes, 2 * expectedGrowthBytes);
}
