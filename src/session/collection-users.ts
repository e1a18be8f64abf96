import { firstOf } from "../core/quantities.ts";
import type { CollectionUse } from "../protocol/views.ts";

/** Who uses a collection, this session first, at most three by name; empty: nobody. */
export function collectionUsers(
  usedBy: readonly CollectionUse[],
  ownId: string,
  nameOf: (use: CollectionUse) => string,
): string {
  const isOwn = (use: CollectionUse): boolean => use.sessionId === ownId;
  const ownFirst = usedBy.toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a)));
  return firstOf(ownFirst.map((use) => (isOwn(use) ? "this session" : nameOf(use))));
}
