import type { Viewer } from "../catalog/api.ts";
import type { CollectionSummary } from "../core/collections.ts";
import type { Author } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import type { SessionIdentity } from "../protocol/schemas.ts";
import type { SessionRegistry } from "./session-registry.ts";

export interface Caller {
  /** null for a command that only looks. */
  readonly session: SessionIdentity | null;
  readonly space: string;
}

export function viewerOf(caller: Caller): Viewer {
  return { space: caller.session?.space ?? caller.space, sessionId: caller.session?.sessionId ?? null };
}

export function requireSession(caller: Caller): SessionIdentity {
  if (caller.session !== null) return caller.session;
  throw new CommonsError("INPUT_INVALID", "Only a registered session may write.");
}

export function authorOf({ sessionId, agent, workspace, branch, commit }: SessionIdentity): Author {
  return { sessionId, agent, workspace, branch, commit };
}

export function markUse(registry: SessionRegistry, caller: Caller, collection: CollectionSummary): void {
  if (caller.session !== null) registry.uses(caller.session.sessionId, collection);
}
