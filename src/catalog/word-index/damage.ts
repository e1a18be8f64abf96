import { CommonsError } from "../../core/errors.ts";
import { damagedHint } from "../connection.ts";

/** What is stored of a word index cannot be what was written. */
export function damagedIndex(what: string): CommonsError {
  return new CommonsError("CATALOG_DAMAGED", `The catalog's word index is damaged: ${what}.`, {
    hint: damagedHint,
  });
}
