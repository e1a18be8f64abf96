import type { EngineCollectionRef, JournalEntry } from "../core/ports.ts";

/** What the mirror does in one go, and the journal entries that it settles. */
export type MirrorStep =
  | {
      readonly kind: "ensure";
      readonly entry: JournalEntry & { readonly op: "ensure" };
      readonly seqs: readonly number[];
    }
  | { readonly kind: "drop"; readonly entry: JournalEntry & { readonly op: "drop" }; readonly seqs: readonly number[] }
  | {
      readonly kind: "sync";
      readonly collection: EngineCollectionRef;
      readonly recordIds: readonly string[];
      readonly seqs: readonly number[];
    };

/**
 * The next step of a journal, null when nothing is left but held entries. Syncs of the first entry's collection are taken together,
 * each record once, at most `maxRecords`, up to the next ensure or drop of a collection of that name; entries of other collections
 * do not stand in the way, because the order matters within a name only.
 */
export function planStep(
  entries: readonly JournalEntry[],
  held: ReadonlySet<number>,
  maxRecords: number,
): MirrorStep | null {
  const open = entries.filter((entry) => !held.has(entry.seq));
  const first = open[0];
  if (first === undefined) return null;
  if (first.op === "ensure") return { kind: "ensure", entry: first, seqs: [first.seq] };
  if (first.op === "drop") return { kind: "drop", entry: first, seqs: [first.seq] };

  const recordIds = new Set<string>();
  const seqs: number[] = [];
  for (const entry of open) {
    if (!isSameName(entry.collection, first.collection)) continue;
    if (entry.op !== "sync" || entry.collection.stamp !== first.collection.stamp) break;
    if (recordIds.size >= maxRecords && !recordIds.has(entry.recordId)) break;
    recordIds.add(entry.recordId);
    seqs.push(entry.seq);
  }
  return { kind: "sync", collection: first.collection, recordIds: [...recordIds], seqs };
}

export function collectionOf(step: MirrorStep): EngineCollectionRef {
  return step.kind === "sync" ? step.collection : step.entry.collection;
}

function isSameName(a: EngineCollectionRef, b: EngineCollectionRef): boolean {
  return a.database === b.database && a.name === b.name;
}
