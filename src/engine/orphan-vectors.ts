import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";

const folderName = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Removes the vector folders of collections that are gone: Chroma leaves them when it deletes a collection. Call with the data lock held
 * and no server running. `database` is Chroma's own. Returns the names of removed folders; none when the tables are not the known ones.
 */
export async function removeOrphanVectors(directory: string, database: DatabaseSync): Promise<string[]> {
  const hasTable =
    database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'segments'").get() !== undefined;
  if (!hasTable || !existsSync(directory)) return [];
  // A vector folder bears the id of its segment.
  const known = new Set(
    database
      .prepare("SELECT id FROM segments")
      .all()
      .map((row) => String(row["id"])),
  );
  const entries = await readdir(directory, { withFileTypes: true });
  const orphans = entries.filter(
    (entry) => entry.isDirectory() && folderName.test(entry.name) && !known.has(entry.name),
  );
  for (const orphan of orphans) await rm(join(directory, orphan.name), { recursive: true, force: true });
  return orphans.map((orphan) => orphan.name);
}
