import type { OperationName } from "./operations.ts";

/** Through which door an operation may be called: any, or only the unix socket (named pipe) of the hub's own user. */
export type OperationDoor = "any" | "socket";

/**
 * Every operation decides here. "socket" is for what touches the machine or costs money: processes, keys, downloads, paid models.
 * Whoever holds the token may call the rest, as a session does.
 */
const operationDoors: Record<OperationName, OperationDoor> = {
  "hub.status": "any",
  "hub.stop": "socket",
  "hub.rotateToken": "socket",
  "sessions.list": "any",
  "session.describe": "any",
  "collections.list": "any",
  "collections.get": "any",
  "collections.ofSource": "any",
  "collections.ensure": "any",
  "collections.unload": "any",
  "collections.restore": "any",
  "collections.promote": "any",
  // Both reach into what is a live session's own: for the person whose home it is.
  "collections.temporary": "socket",
  "collections.keep": "socket",
  "receipts.list": "any",
  "reindex.price": "any",
  "reindex.start": "socket",
  "reindex.cancel": "socket",
  "reindex.list": "any",
  "foreign.get": "any",
  "foreign.read": "any",
  "documents.known": "any",
  "documents.knownPaths": "any",
  "documents.write": "any",
  "documents.delete": "any",
  "mirror.check": "any",
  // It writes to ChromaDB what the catalog holds and nothing else: no more than any write of a session brings about.
  "mirror.repair": "any",
  "documents.export": "any",
  "receipts.origin": "any",
  "documents.import": "any",
  "sources.state": "any",
  "scopes.save": "any",
  "scopes.watched": "any",
  "scopes.unwatch": "any",
  "contents.known": "any",
  "rates.get": "any",
  "rates.report": "any",
  "work.claim": "any",
  "work.report": "any",
  "work.finish": "any",
  "work.release": "any",
  "work.wait": "any",
  "work.abandon": "any",
  "work.list": "any",
  "passages.page": "any",
  "passages.places": "any",
  search: "any",
  similar: "any",
};

/** Of an operation that is not in the table: "socket". */
export function doorOf(name: OperationName): OperationDoor {
  const doors: Readonly<Partial<Record<OperationName, OperationDoor>>> = operationDoors;
  return doors[name] ?? "socket";
}
