import { createHash } from "node:crypto";
import { countOf, firstOf } from "../core/quantities.ts";
import { DamagedFile } from "../extract/extracted.ts";
import { openZip, UnreadableArchive, type ZipArchive } from "../extract/zip-archive.ts";
import type { Closeness } from "./closeness.ts";

// What one of the two unpacks to; a comparison of more takes longer than anyone waits.
const maxUnpackedBytes = 200_000_000;
const maxNameChars = 120;

/** Whether two ZIP files (also office files and the like) hold the same. null: one cannot be taken apart. Errors: the signal's reason. */
export async function compareArchives(first: Buffer, second: Buffer, signal: AbortSignal): Promise<Closeness | null> {
  try {
    const archives = [openZip(first), openZip(second)] as const;
    const [own, other] = archives.map(({ names }) => new Set(names.filter((name) => !name.endsWith("/"))));
    if (own === undefined || other === undefined) return null;
    const common = [...own].filter((name) => other.has(name));
    const changed = await changedEntries(archives, common, signal);
    if (changed === null) return { isNear: false, findings: ["The archives unpack to too much to be compared."] };
    const missing = [...own].filter((name) => !other.has(name));
    const added = [...other].filter((name) => !own.has(name));
    if (changed.length + missing.length + added.length === 0)
      return { isNear: true, findings: [`The same ${countOf(common.length, "entry", "entries")}, packed otherwise.`] };
    const same = common.length - changed.length;
    const parts = [
      `${countOf(same, "entry is", "entries are")} the same`,
      ...listed(changed, "differ"),
      ...listed(missing, "only in the first"),
      ...listed(added, "only in the second"),
    ];
    return {
      isNear: same >= (own.size + other.size) / 2 / 2,
      findings: [`Of the archives' entries, ${parts.join("; ")}.`],
    };
  } catch (error) {
    if (error instanceof DamagedFile || error instanceof UnreadableArchive) return null;
    throw error;
  }
}

function listed(names: readonly string[], what: string): string[] {
  if (names.length === 0) return [];
  const short = names.map((name) =>
    name.length > maxNameChars ? `${name.slice(0, maxNameChars).toWellFormed()}...` : name,
  );
  return [`${names.length.toLocaleString("en-US")} ${what}: ${firstOf(short)}`];
}

/** null: they unpack to too much. */
async function changedEntries(
  archives: readonly [ZipArchive, ZipArchive],
  names: readonly string[],
  signal: AbortSignal,
): Promise<string[] | null> {
  const budget = { leftBytes: maxUnpackedBytes };
  const changed: string[] = [];
  for (const name of names) {
    signal.throwIfAborted();
    const first = await hashOf(archives[0], name, budget);
    const second = await hashOf(archives[1], name, { leftBytes: Math.max(budget.leftBytes, 0) + 1_000_000 });
    if (first === null) return null;
    if (first !== second) changed.push(name);
  }
  return changed;
}

async function hashOf(archive: ZipArchive, name: string, budget: { leftBytes: number }): Promise<string | null> {
  const sum = createHash("sha256");
  for await (const piece of archive.stream(name)) {
    budget.leftBytes -= piece.length;
    if (budget.leftBytes < 0) return null;
    sum.update(piece);
  }
  return sum.digest("hex");
}
