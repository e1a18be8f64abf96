import type { ForeignRecord } from "../../core/ports.ts";
import type { IndexSegment, IndexSnapshot, Postings } from "../index-snapshot.ts";
import type { Tokenizer } from "../tokenizer.ts";
import { recordFacts } from "./record-facts.ts";

const titleWeight = 3;
const maxWeight = 255;
const maxLength = 65_535;

/**
 * A word index of some records of a collection, in memory, as the ranking wants it: slot and chunk id are the record's place in the
 * list, plus `firstId`. `total`: how many records the collection has, so that words are as rare as they are there.
 */
export function indexRecords(
  records: readonly ForeignRecord[],
  { firstId, total, tokenizer }: { firstId: number; total: number; tokenizer: Pick<Tokenizer, "indexText"> },
): IndexSnapshot {
  const terms = new Map<string, Map<number, number>>();
  const lengths = new Uint16Array(records.length);
  for (const [slot, record] of records.entries()) {
    const { path, title } = recordFacts(record);
    const fields: readonly (readonly [text: string, weight: number])[] = [
      [record.document ?? "", 1],
      [path, 1],
      [title ?? "", titleWeight],
    ];
    let length = 0;
    for (const [text, weight] of fields) {
      for (const term of tokenizer.indexText(text).split(" ")) {
        if (term === "") continue;
        length += 1;
        const slots = terms.get(term) ?? new Map<number, number>();
        terms.set(term, slots.set(slot, Math.min(maxWeight, (slots.get(slot) ?? 0) + weight)));
      }
    }
    lengths[slot] = Math.min(maxLength, length);
  }
  const ids = Uint32Array.from(records, (_, slot) => firstId + slot);
  const segment: IndexSegment = {
    id: firstId,
    slots: records.length,
    chunkIds: ids,
    documentIds: ids,
    textIds: ids,
    lengths,
    dead: null,
    postings: (term) => toPostings(terms.get(term)),
    slotsWith: (term) => terms.get(term)?.size ?? 0,
    terms: () =>
      [...terms].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([term, slots]) => ({ term, slots: slots.size })),
  };
  const average = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, records.length);
  const livingSlots = Math.max(total, records.length);
  return { segments: [segment], livingSlots, totalLength: average * livingSlots };
}

function toPostings(slots: ReadonlyMap<number, number> | undefined): Postings | null {
  if (slots === undefined) return null;
  return { count: slots.size, slots: Uint32Array.from(slots.keys()), weights: Uint8Array.from(slots.values()) };
}
