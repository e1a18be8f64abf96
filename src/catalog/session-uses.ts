import type { SessionUse } from "./api.ts";
import type { Connection } from "./connection.ts";
import type { Clock } from "./retention-clock.ts";

/** Which session uses which collection, kept so that a hub that is started again knows. */
export interface SessionUses {
  note(use: Pick<SessionUse, "sessionId" | "collectionId" | "agent" | "workspace">): void;
  all(): SessionUse[];
  forgetOthers(liveSessionIds: readonly string[]): void;
}

const noteSql = `
  INSERT OR IGNORE INTO session_uses (session_id, collection_id, agent, workspace, at)
  SELECT ?1, id, ?3, ?4, ?5 FROM collections WHERE stamp = ?2 AND unloaded_at IS NULL`;
const allSql = `
  SELECT u.session_id AS sessionId, k.name AS collection, k.stamp AS collectionId, u.agent, u.workspace, u.at AS atMs
  FROM session_uses u JOIN collections k ON k.id = u.collection_id WHERE k.unloaded_at IS NULL ORDER BY u.at, k.id`;

export function createSessionUses(connection: Connection, clock: Clock): SessionUses {
  const note = connection.prepare(noteSql);
  const all = connection.prepare<SessionUse>(allSql);
  const forget = connection.prepare(
    "DELETE FROM session_uses WHERE session_id NOT IN (SELECT value FROM json_each(?))",
  );
  return {
    note: ({ sessionId, collectionId, agent, workspace }) =>
      void note.run(sessionId, collectionId, agent, workspace, clock.wallMs()),
    all: () => all.all().map((row) => ({ ...row })),
    forgetOthers: (liveSessionIds) => void forget.run(JSON.stringify(liveSessionIds)),
  };
}
