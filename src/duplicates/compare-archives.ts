import { createHash } from "node:crypto";
import { countOf, firstOf } from "../core/quantities.ts";
import { DamagedFile } from "../extract/extracted.ts";
import { openZip, UnreadableArchive, type ZipArchive } from "../extract/zip-archive.ts";
import type { Closeness } from "./closeness.ts";

// What one of the two unpacks to; a comparison of more takes longer than anyone waits.
const maxUnpackedBytes = 200_000_000;
const maxNameChars = 120;
const leastEqualShare = 0.5;

/**
 * What of an office file is its content: between styles, settings and fonts, which one program writes into all of its files, texts and
 * tables are small.
 */
const mainParts =
  /^(?:word\/(?:document|footnotes)\.xml|xl\/(?:worksheets\/.*|sharedStrings)\.xml|ppt\/slides\/[^/]*\.xml|content\.xml)$/i;

/**
 * Whether two ZIP files (also office files and the like) hold the same, by the bytes of their entries. null: one cannot be taken apart.
 * Errors: the signal's reason.
 */
export async function compareArchives(first: Buffer, second: Buffer, signal: AbortSignal): Promise<Closeness | null> {
  try {
    const own = await entriesOf(openZip(first), signal);
    const other = await entriesOf(openZip(second), signal);
    if (own === null || other === null)
      return { isNear: false, findings: ["The archives unpack to too much to be compared."] };
    const common = [...own.keys()].filter((name) => other.has(name));
    const changed = common.filter((name) => own.get(name)?.hash !== other.get(name)?.hash);
    const missing = [...own.keys()].filter((name) => !other.has(name));
    const added = [...other.keys()].filter((name) => !own.has(name));
    if (changed.length + missing.length + added.length === 0)
      return { isNear: true, findings: [`The same ${countOf(common.length, "entry", "entries")}, packed otherwise.`] };
    const parts = [
      `${countOf(common.length - changed.length, "entry is", "entries are")} the same`,
      ...listed(changed, "differ"),
      ...listed(missing, "only in the first"),
      ...listed(added, "only in the second"),
    ];
    return {
      isNear: equalShare(own, other) >= leastEqualShare,
      findings: [`Of the archives' entries, ${parts.join("; ")}.`],
    };
  } catch (error) {
    if (error instanceof DamagedFile || error instanceof UnreadableArchive) return null;
    throw error;
  }
}

/** Of the larger one's bytes, the share that the other has under the same name; of office files only their content counts. */
function equalShare(own: Entries, other: Entries): number {
  const isOffice = [own, other].every((entries) => [...entries.keys()].some((name) => mainParts.test(name)));
  const counted = (entries: Entries) => [...entries].filter(([name]) => !isOffice || mainParts.test(name));
  const bytes = (entries: readonly (readonly [string, Entry])[]): number =>
    entries.reduce((sum, [, { sizeBytes }]) => sum + sizeBytes, 0);
  const [first, second] = [counted(own), counted(other)];
  const larger = Math.max(bytes(first), bytes(second));
  return larger === 0 ? 0 : bytes(first.filter(([name, { hash }]) => other.get(name)?.hash === hash)) / larger;
}

function listed(names: readonly string[], what: string): string[] {
  if (names.length === 0) return [];
  const short = names.map((name) =>
    name.length > maxNameChars ? `${name.slice(0, maxNameChars).toWellFormed()}...` : name,
  );
  return [`${names.length.toLocaleString("en-US")} ${what}: ${firstOf(short)}`];
}

interface Entry {
  readonly sizeBytes: number;
  /** sha256, hex. */
  readonly hash: string;
}

type Entries = ReadonlyMap<string, Entry>;

/** Files of an archive; null: they unpack to too much. */
async function entriesOf(archive: ZipArchive, signal: AbortSignal): Promise<Entries | null> {
  const entries = new Map<string, Entry>();
  let unpackedBytes = 0;
  for (const name of archive.names) {
    if (name.endsWith("/")) continue;
    signal.throwIfAborted();
    const sum = createHash("sha256");
    let sizeBytes = 0;
    for await (const piece of archive.stream(name)) {
      sizeBytes += piece.length;
      if (unpackedBytes + sizeBytes > maxUnpackedBytes) return null;
      sum.update(piece);
    }
    unpackedBytes += sizeBytes;
    entries.set(name, { sizeBytes, hash: sum.digest("hex") });
  }
  return entries;
}
