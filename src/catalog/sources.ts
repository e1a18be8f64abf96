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
const removeUnusedSql = `
  DELETE FROM sources WHERE id NOT IN (SELECT source_id FROM collection_sources);
  DELETE FROM authors WHERE id NOT IN (
    SELECT author_id FROM documents UNION SELECT author_id FROM chunks UNION SELECT author_id FROM collection_sources);`;

export function createSourceStore(connection: Connection): SourceStore {
  const save = connection.prepare<{ id: number }>(saveSql);
  const find = connection.prepare<{ id: number }>("SELECT id FROM sources WHERE key = ?");
  const findAuthor = connection.prepare<{ id: number }>(findAuthorSql);
  const insertAuthor = connection.prepare(
    "INSERT INTO authors (session_id, agent, workspace, branch, commit_id) VALUES (?, ?, ?, ?, ?)",
  );
  const touch = connection.prepare(touchSql);
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
    removeUnused: () => connection.exec(removeUnusedSql),
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
