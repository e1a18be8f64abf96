import { randomUUID } from "node:crypto";
import type { CollectionSummary } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import { isBuiltInModel } from "../core/model-id.ts";
import type { CollectionSpec, Viewer } from "./api.ts";
import type { Connection } from "./connection.ts";
import type { JournalStore } from "./journal.ts";

export interface CollectionRow {
  readonly id: number;
  readonly stamp: string;
  readonly space: string;
  readonly name: string;
  readonly kind: "permanent" | "temporary";
  readonly owner_session: string | null;
  readonly owner: string;
  readonly embedder: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly documents: number;
  readonly chunks: number;
  readonly size_bytes: number;
}

export interface CollectionStore {
  ensure(spec: CollectionSpec): { readonly collection: CollectionRow; readonly isNew: boolean };
  find(viewer: Viewer, name: string): CollectionRow | null;
  list(viewer: Viewer): CollectionRow[];
  ofSource(viewer: Viewer, sourceKey: string): CollectionRow[];
  /** Live collection of that stamp, or COLLECTION_NOT_FOUND. */
  require(stamp: string): CollectionRow;
  get(stamp: string): CollectionRow | null;
  temporary(): CollectionRow[];
  /** Live ones whose model is built in and not this one. */
  ofOlderModels(embedderId: string): string[];
  /** Of all permanent ones, unloaded too; what holds deleted documents is none. */
  stamps(): string[];
  /** Notes a write now; `embedder` is the model that its vectors have from now on. */
  touch(collectionId: number, embedder: string): void;
  /** `atMs`: as the retention clock counts. Nobody uses it any more. */
  markUnloaded(collectionId: number, atMs: number): void;
  /** Stamp of the newest unloaded one of that name that is still whole. */
  newestUnloaded(viewer: Viewer, name: string): string | null;
  /** An unloaded one, or what holds deleted documents; null when it is not there or not whole any more. */
  hidden(stamp: string): HiddenCollection | null;
  /** An unloaded one is live again. COLLECTION_EXISTS when the viewer sees one of its name. */
  reveal(viewer: Viewer, hidden: HiddenCollection): CollectionRow;
  /** Makes a hidden collection for documents of this one. */
  addTrash(of: CollectionRow, atMs: number): { readonly id: number; readonly stamp: string };
  /** A temporary one becomes permanent. COLLECTION_EXISTS when the name is taken by another. */
  makePermanent(viewer: Viewer, temporary: CollectionRow, name: string): CollectionRow;
}

export interface HiddenCollection {
  readonly id: number;
  readonly stamp: string;
  readonly name: string;
  readonly embedder: string;
  /** Stamp of the collection that its documents were deleted from; null: it was unloaded itself. */
  readonly trash_of: string | null;
}

const columns = `
  k.id, k.stamp, k.space, k.name, k.kind, k.owner_session, k.owner, k.embedder, k.created_at, k.updated_at,
  (SELECT ifnull(sum(documents), 0) FROM collection_sources WHERE collection_id = k.id) AS documents,
  (SELECT ifnull(sum(chunks), 0) FROM collection_sources WHERE collection_id = k.id) AS chunks,
  (SELECT total(size_bytes) FROM collection_sources WHERE collection_id = k.id) AS size_bytes`;
const visible = "k.unloaded_at IS NULL AND k.space = ? AND (k.kind = 'permanent' OR k.owner_session = ?)";
// A session's own temporary collection hides a permanent one that another session gave the same name later.
const findSql = `SELECT ${columns} FROM collections k WHERE ${visible} AND k.name = ? ORDER BY k.kind = 'permanent' LIMIT 1`;
const listSql = `SELECT ${columns} FROM collections k WHERE ${visible} ORDER BY k.name, k.id`;
const ofSourceSql = `
  SELECT ${columns} FROM collections k WHERE ${visible} AND EXISTS (
    SELECT 1 FROM collection_sources cs JOIN sources s ON s.id = cs.source_id
    WHERE cs.collection_id = k.id AND s.key = ? AND cs.documents > 0)
  ORDER BY k.name, k.id`;
const insertSql = `
  INSERT INTO collections (stamp, space, name, kind, owner_session, owner, embedder, created_at, updated_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)`;
const unloadedSql = `
  SELECT stamp FROM collections
  WHERE kind = 'permanent' AND unloaded_at IS NOT NULL AND is_purging = 0 AND trash_of IS NULL AND space = ? AND name = ?
  ORDER BY unloaded_at DESC, id DESC LIMIT 1`;
const hiddenSql = `
  SELECT id, stamp, name, embedder, trash_of FROM collections WHERE stamp = ? AND unloaded_at IS NOT NULL AND is_purging = 0`;
const addTrashSql = `
  INSERT INTO collections (stamp, space, name, kind, owner, embedder, created_at, updated_at, unloaded_at, trash_of)
  VALUES (?1, ?2, ?3, 'permanent', ?4, ?5, ?6, ?6, ?7, ?8)`;

export interface CollectionTools {
  readonly connection: Connection;
  readonly journal: JournalStore;
  /** The model of new collections. */
  readonly embedderId: string;
}

export function createCollectionStore({ connection, journal, embedderId }: CollectionTools): CollectionStore {
  const find = connection.prepare<CollectionRow>(findSql);
  const list = connection.prepare<CollectionRow>(listSql);
  const ofSource = connection.prepare<CollectionRow>(ofSourceSql);
  const live = connection.prepare<CollectionRow>(
    `SELECT ${columns} FROM collections k WHERE k.stamp = ? AND k.unloaded_at IS NULL`,
  );
  const temporary = connection.prepare<CollectionRow>(
    `SELECT ${columns} FROM collections k WHERE k.kind = 'temporary'`,
  );
  const stamps = connection.prepare<{ stamp: string }>(
    "SELECT stamp FROM collections WHERE kind = 'permanent' AND trash_of IS NULL",
  );
  const others = connection.prepare<{ stamp: string; embedder: string }>(
    "SELECT stamp, embedder FROM collections WHERE unloaded_at IS NULL AND embedder <> ? ORDER BY id",
  );
  const unloaded = connection.prepare<{ stamp: string }>(unloadedSql);
  const insert = connection.prepare(insertSql);
  const touch = connection.prepare("UPDATE collections SET updated_at = ?, embedder = ? WHERE id = ?");
  const setUnloaded = connection.prepare("UPDATE collections SET unloaded_at = ? WHERE id = ?");
  const setLive = connection.prepare("UPDATE collections SET unloaded_at = NULL WHERE stamp = ?");
  const forgetUses = connection.prepare("DELETE FROM session_uses WHERE collection_id = ?");
  const hidden = connection.prepare<HiddenCollection>(hiddenSql);
  const addTrash = connection.prepare(addTrashSql);
  const setPermanent = connection.prepare(
    "UPDATE collections SET kind = 'permanent', owner_session = NULL, name = ?, updated_at = ? WHERE id = ?",
  );

  const get = (stamp: string): CollectionRow | null => live.get(stamp) ?? null;
  const require = (stamp: string): CollectionRow => get(stamp) ?? notFound(stamp);
  const findVisible = (viewer: Viewer, name: string): CollectionRow | null =>
    find.get(viewer.space, viewer.sessionId, name) ?? null;

  const create = (spec: CollectionSpec): CollectionRow => {
    const stamp = randomUUID();
    const kind = spec.kind === "any" ? "permanent" : spec.kind;
    const owner = kind === "temporary" ? spec.sessionId : null;
    const { lastId } = insert.run(
      stamp,
      spec.space,
      spec.name,
      kind,
      owner,
      ownerText(spec),
      spec.embedder ?? spec.embedderOfNew ?? embedderId,
      Date.now(),
    );
    if (journal.isMirrored(kind)) journal.ensure(lastId);
    return require(stamp);
  };
  return {
    get,
    require,
    find: findVisible,
    list: (viewer) => list.all(viewer.space, viewer.sessionId),
    ofSource: (viewer, sourceKey) => ofSource.all(viewer.space, viewer.sessionId, sourceKey),
    temporary: () => temporary.all(),
    ofOlderModels: (current) =>
      others.all(current).flatMap(({ stamp, embedder }) => (isBuiltInModel(embedder) ? [stamp] : [])),
    stamps: () => stamps.all().map((row) => row.stamp),
    touch: (collectionId, embedder) => void touch.run(Date.now(), embedder, collectionId),
    markUnloaded: (collectionId, atMs) => {
      setUnloaded.run(atMs, collectionId);
      forgetUses.run(collectionId);
    },
    ensure: (spec) => {
      if (spec.kind === "temporary" && spec.sessionId === null) {
        throw new CommonsError("INPUT_INVALID", "A temporary collection needs a session that owns it.");
      }
      const known = findVisible(spec, spec.name);
      if (known === null) return { collection: create(spec), isNew: true };
      if (spec.kind !== "any" && known.kind !== spec.kind) throw taken(known);
      requireModel(known, spec.embedder);
      return { collection: known, isNew: false };
    },
    newestUnloaded: (viewer, name) => unloaded.get(viewer.space, name)?.stamp ?? null,
    hidden: (stamp) => hidden.get(stamp) ?? null,
    reveal: (viewer, { stamp, name }) => {
      const blocker = findVisible(viewer, name);
      if (blocker !== null) throw blocked(blocker);
      setLive.run(stamp);
      return require(stamp);
    },
    addTrash: ({ stamp: of, space, name, owner, embedder }, atMs) => {
      const stamp = randomUUID();
      const { lastId } = addTrash.run(stamp, space, name, owner, embedder, Date.now(), atMs, of);
      return { id: lastId, stamp };
    },
    makePermanent: (viewer, { id, stamp }, name) => {
      // A temporary collection of the name would hide a permanent one.
      const holders = [findVisible({ ...viewer, sessionId: null }, name), findVisible(viewer, name)];
      for (const holder of holders) if (holder !== null && holder.id !== id) throw taken(holder);
      setPermanent.run(name, Date.now(), id);
      return require(stamp);
    },
  };
}

export function toSummary(row: CollectionRow): CollectionSummary {
  return {
    id: row.stamp,
    name: row.name,
    space: row.space,
    kind: row.kind,
    ownerSession: row.owner_session,
    owner: row.owner,
    embedder: row.embedder,
    documents: row.documents,
    chunks: row.chunks,
    sizeBytes: row.size_bytes,
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
  };
}

function ownerText({ author }: CollectionSpec): string {
  return author.workspace === null ? author.agent : `${author.agent} in ${author.workspace}`;
}

function taken({ name, kind, owner }: CollectionRow): CommonsError {
  const whose = kind === "temporary" ? "which only its session sees" : `made by ${owner}`;
  return new CommonsError("COLLECTION_EXISTS", `There is a ${kind} collection "${name}", ${whose}.`, {
    // Unloading is no way out: a temporary one is gone for good then, and a permanent one is everybody's.
    hint:
      kind === "temporary"
        ? "Use another name, or make that one permanent: quick_load with keep: true."
        : "Use another name.",
    details: { name, kind },
  });
}

function blocked({ name, kind, owner }: CollectionRow): CommonsError {
  return new CommonsError("COLLECTION_EXISTS", `There is a ${kind} collection "${name}" again, made by ${owner}.`, {
    hint: `Unload that one first (it can be restored later): commons unload ${name}`,
    details: { name, kind },
  });
}

/** A collection keeps its model for life; built-in models follow one another by themselves. */
function requireModel({ name, embedder }: CollectionRow, wanted: string | undefined): void {
  if (wanted === undefined || wanted === embedder || (isBuiltInModel(wanted) && isBuiltInModel(embedder))) return;
  throw new CommonsError("COLLECTION_EXISTS", `"${name}" has the embedding model ${embedder}, not ${wanted}.`, {
    hint: `Leave the model out, or move the collection: commons reindex ${name} --embedder ${wanted}`,
    details: { name, embedder, wanted },
  });
}

function notFound(stamp: string): never {
  throw new CommonsError("COLLECTION_NOT_FOUND", "The collection is not there any more.", {
    hint: "List the collections and use a name from there.",
    details: { id: stamp },
  });
}
