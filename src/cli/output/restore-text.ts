import type { Receipt } from "../../core/receipts.ts";

type Live = readonly { readonly id: string; readonly name: string }[];

/** What has to be done before a removal can be undone, as a sentence; null: nothing. `live`: the collections that are there now. */
export function obstacleText({ id, action, collection: name, collectionId }: Receipt, live: Live): string | null {
  const holder = live.find((each) => each.name === name);
  const isTaken = holder !== undefined && holder.id !== collectionId;
  if (action === "unload")
    return isTaken ? `${id}: another collection has the name now; first commons unload ${name}` : null;
  if (live.some((each) => each.id === collectionId)) return null;
  return `${id}: the collection that it deleted from is not there; first bring that back, by the receipt of its unload`;
}
