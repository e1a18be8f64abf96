import type { BigIntStats } from "node:fs";
import { lstat } from "node:fs/promises";

/** Tells a directory from any other that stood or will stand at its path; null when none (or a link) is there. */
export async function directoryId(absolute: string): Promise<string | null> {
  const stats: BigIntStats | null = await lstat(absolute, { bigint: true }).catch(() => null);
  return stats?.isDirectory() ? `${stats.dev}:${stats.ino}:${stats.birthtimeNs}` : null;
}
