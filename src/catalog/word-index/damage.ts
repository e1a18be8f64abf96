import { CommonsError } from "../../core/errors.ts";

/** What is stored of a word index cannot be what was written. */
export function damagedIndex(what: string): CommonsError {
  return new CommonsError("CATALOG_DAMAGED", `The catalog's word index is damaged: ${what}.`, {
    hint: "Stop the hub, move the catalog directory aside and ingest again; commons doctor helps.",
  });
}
