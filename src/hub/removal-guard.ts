import type { CollectionSummary } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import { formatAge } from "../core/quantities.ts";
import type { CollectionUse } from "../protocol/views.ts";
import type { Caller } from "./caller.ts";
import type { SessionRegistry } from "./session-registry.ts";
import type { WorkRegistry } from "./work-registry.ts";

export interface GuardParts {
  readonly registry: SessionRegistry;
  readonly works: WorkRegistry;
}

export interface GuardedRemoval {
  readonly collection: Pick<CollectionSummary, "id" | "name">;
  readonly force: boolean;
}

const maxNamed = 5;

/**
 * Whether somebody had to be overruled. Errors: COLLECTION_IN_USE while another live session uses the collection and `force` is not
 * given: it names each with what it does, `details.usedBy` has them all.
 */
export function requireUnused(
  { registry, works }: GuardParts,
  caller: Caller,
  { collection, force }: GuardedRemoval,
): { readonly isForced: boolean } {
  const others = registry.usersOf(collection.id).filter(({ sessionId }) => sessionId !== caller.session?.sessionId);
  if (others.length === 0) return { isForced: false };
  if (force) return { isForced: true };
  const now = Date.now();
  const usedBy = others.map((use) => ({
    ...use,
    doing: doing(use, works.titlesOf(use.sessionId, collection.id), now),
  }));
  const named = usedBy
    .slice(0, maxNamed)
    .map((use) => `${use.agent} in ${use.workspace ?? "no workspace"} (${use.doing})`)
    .join(", ");
  const more = usedBy.length > maxNamed ? ` and ${usedBy.length - maxNamed} more` : "";
  const mayBeGone = usedBy.some(({ lastCallAtMs }) => lastCallAtMs === null)
    ? "Who is not back yet may be gone: repeat in some seconds. Else wait"
    : "Wait";
  throw new CommonsError("COLLECTION_IN_USE", `"${collection.name}" is in use by ${named}${more}.`, {
    hint: `${mayBeGone} until they are done; where the user wants it all the same, repeat with force.`,
    details: { usedBy },
  });
}

function doing({ activity, lastCallAtMs }: CollectionUse, titles: readonly string[], nowMs: number): string {
  if (lastCallAtMs === null) return "not back yet since the hub was started again";
  return titles[0] ?? activity ?? `last call ${formatAge(lastCallAtMs, nowMs)}`;
}
