import type { Viewer } from "../catalog/api.ts";
import type { AsyncCatalog } from "../catalog/catalog-client.ts";
import type { CollectionSummary } from "../core/collections.ts";
import type { Author, Source } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import type { Origin } from "../core/receipts.ts";
import type { SessionIdentity } from "../protocol/schemas.ts";
import type { SessionRegistry } from "./session-registry.ts";

export interface Caller {
  /** null for a command that only looks. */
  readonly session: SessionIdentity | null;
  readonly space: string;
  /** The same in a repeated call; null for a caller that does not repeat. */
  readonly callId: string | null;
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

/** The author of what is read from a source: of the session's own workspace with the branch and commit that it was read at. */
export function authorAt(session: SessionIdentity, { path, repository }: Pick<Source, "path" | "repository">): Author {
  const author = authorOf(session);
  if (path === null || path !== session.workspace) return author;
  return { ...author, branch: repository?.branch ?? null, commit: repository?.commit ?? null };
}

/** Whom a change goes back to. A session's call ids are its own: another's, even a guessed one, is another call. */
export function originOf(caller: Caller): Origin {
  const session = requireSession(caller);
  const callId = caller.callId === null ? null : `${session.sessionId} ${caller.callId}`;
  return { author: authorOf(session), callId };
}

/**
 * The caller's session uses the collection. The first time the catalog keeps it too, so that a hub that is started again still knows;
 * a search need not wait for that.
 */
export async function markUse(
  { registry, writer }: { readonly registry: SessionRegistry; readonly writer: Pick<AsyncCatalog, "noteUse"> },
  { session }: Caller,
  collection: Pick<CollectionSummary, "id" | "name">,
): Promise<void> {
  if (session === null) return;
  const { sessionId, agent, workspace } = session;
  if (registry.uses(sessionId, collection)) {
    // A catalog that cannot write refuses the writes themselves; a use that is only in memory still guards until the hub ends.
    const noted = writer.noteUse(sessionId, collection.id, { agent, workspace }).catch(() => undefined);
    registry.noting(sessionId, collection.id, noted);
  }
  await registry.whenNoted(sessionId, collection.id);
}
