import type { EngineCollectionRef, EngineRecord } from "../core/ports.ts";
import type { ChromaAddress } from "./chroma-address.ts";
import { recordBatches } from "./record-batches.ts";
import { StampedReader } from "./stamped-collections.ts";
import { changedRecords } from "./stored-records.ts";

/** Reads what Chroma has of one of our collections and compares; changes nothing. null when Chroma has none of that stamp. */
export async function openOwnRecords(address: ChromaAddress, { database, name, stamp }: EngineCollectionRef) {
  const reader = new StampedReader(address);
  const listed = await reader.collections(database);
  const found = listed.find((collection) => collection.name === name && collection.stamp === stamp);
  if (found === undefined) return null;
  return {
    ids: (page: { readonly offset: number; readonly limit: number }) => reader.recordIds(found, page),
    compare: async (records: readonly EngineRecord[]) => {
      const [missing, different]: [string[], string[]] = [[], []];
      for (const batch of recordBatches(records)) {
        const stored = await reader.records(found, batch.ids);
        const there = new Set(stored.ids);
        for (const id of changedRecords(batch, stored).ids) (there.has(id) ? different : missing).push(id);
      }
      return { missing, different };
    },
  };
}
