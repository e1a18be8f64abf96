import type { Author, Repository, Source } from "../core/document.ts";
import type { Connection } from "./connection.ts";
import { requireSourceKey } from "./record-id.ts";

export interface SourceRow {
  readonly id: number;
  readonly key: string;
  readonly kind: "workspace" | "notes";
  readonly name: string;
  readonly machine: string;
  readonly path: string | null;
  readonly repository: string | null;
}

export interface SourceStore {
  /** Row of the source; what is known of it is brought up to date. */
  save(source: Source): number;
  find(key: string): number | null;
  saveAuthor(author: Author): number;
  /** Notes that the source wrote to the collection just now. */
  touch(collectionId: number, sourceId: number, by: { readonly authorId: number; readonly atMs: number }): void;
  /** A bounded step of a walk over all authors, with all sources: removes what nothing names any more, receipts included. */
  removeUnused(): void;
}

const saveSql = `
  INSERT INTO sources (key, kind, name, machine, path, repository) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, name = excluded.name, machine = excluded.machine,
    path = excluded.path, repository = excluded.repository
  RETURNING id`;
const touchSql = `
  INSERT INTO collection_sources (collection_id, source_id, updated_at, author_id) VALUES (?, ?, ?, ?)
  ON CONFLICT (collection_id, source_id) DO UPDATE SET updated_at = excluded.updated_at, author_id = excluded.author_id`;
const findAuthorSql =
  "SELECT id FROM authors WHERE session_id = ? AND agent = ? AND ifnull(workspace, '') = ? AND ifnull(branch, '') = ? AND ifnull(commit_id, '') = ?";
const removeSourcesSql = `
  DELETE FROM sources WHERE NOT EXISTS (SELECT 1 FROM collection_sources WHERE source_id = sources.id)
    AND NOT EXISTS (SELECT 1 FROM receipts WHERE source_id = sources.id)`;
const removeAuthorsSql = `
  DELETE FROM authors WHERE id > ? AND id <= ? AND NOT EXISTS (SELECT 1 FROM receipts WHERE author_id = authors.id)
    AND NOT EXISTS (SELECT 1 FROM documents WHERE author_id = authors.id)
    AND NOT EXISTS (SELECT 1 FROM chunks WHERE author_id = authors.id)
    AND NOT EXISTS (SELECT 1 FROM collection_sources WHERE author_id = authors.id)`;
// Some milliseconds; who is left out is looked at in a later step.
const authorsPerStep = 500;

export function createSourceStore(connection: Connection): SourceStore {
  const save = connection.prepare<{ id: number }>(saveSql);
  const find = connection.prepare<{ id: number }>("SELECT id FROM sources WHERE key = ?");
  const findAuthor = connection.prepare<{ id: number }>(findAuthorSql);
  const insertAuthor = connection.prepare(
    "INSERT INTO authors (session_id, agent, workspace, branch, commit_id) VALUES (?, ?, ?, ?, ?)",
  );
  const touch = connection.prepare(touchSql);
  const removeSources = connection.prepare(removeSourcesSql);
  const removeAuthors = connection.prepare(removeAuthorsSql);
  const lastOfStep = connection.prepare<{ last: number | null }>(
    "SELECT max(id) AS last FROM (SELECT id FROM authors WHERE id > ? ORDER BY id LIMIT ?)",
  );
  let walkedTo = 0;
  return {
    save: (source) => {
      const repository = source.repository === null ? null : JSON.stringify(source.repository);
      const row = save.get(
        requireSourceKey(source.key),
        source.kind,
        source.name,
        source.machine,
        source.path,
        repository,
      );
      return row?.id ?? 0;
    },
    find: (key) => find.get(key)?.id ?? null,
    saveAuthor: ({ sessionId, agent, workspace, branch, commit }) => {
      const known = findAuthor.get(sessionId, agent, workspace ?? "", branch ?? "", commit ?? "");
      return known?.id ?? insertAuthor.run(sessionId, agent, workspace, branch, commit).lastId;
    },
    touch: (collectionId, sourceId, by) => void touch.run(collectionId, sourceId, by.atMs, by.authorId),
    removeUnused: () => {
      removeSources.run();
      const last = lastOfStep.get(walkedTo, authorsPerStep)?.last ?? null;
      if (last !== null) removeAuthors.run(walkedTo, last);
      walkedTo = last ?? 0;
    },
  };
}

export function toSource(row: SourceRow): Source {
  const { key, kind, name, machine, path } = row;
  return { key, kind, name, machine, path, repository: toRepository(row.repository) };
}

export function toRepository(json: string | null): Repository | null {
  // Safe: only `save` writes the column, from a Repository.
  return json === null ? null : (JSON.parse(json) as Repository);
}
