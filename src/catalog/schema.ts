/**
 * Version 1 of the catalog's tables. All times are epoch milliseconds. Counters of `collection_sources` are kept by triggers,
 * so that they cannot drift from `documents`. What a collection holds in words stood in `fts_n` then, and stands in the tables of word-index/schema.ts now.
 */
export const schemaVersion1 = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE collections (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  stamp TEXT NOT NULL UNIQUE,
  space TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('permanent', 'temporary')),
  owner_session TEXT,
  owner TEXT NOT NULL,
  embedder TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  unloaded_at INTEGER,
  is_purging INTEGER NOT NULL DEFAULT 0,
  CHECK (kind = 'permanent' OR owner_session IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX permanent_names ON collections (space, name) WHERE kind = 'permanent' AND unloaded_at IS NULL;
CREATE UNIQUE INDEX temporary_names ON collections (space, name, owner_session) WHERE kind = 'temporary';

CREATE TABLE sources (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  machine TEXT NOT NULL,
  path TEXT,
  repository TEXT
) STRICT;

CREATE TABLE authors (
  id INTEGER PRIMARY KEY,
  session_id TEXT NOT NULL,
  agent TEXT NOT NULL,
  workspace TEXT,
  branch TEXT,
  commit_id TEXT
) STRICT;
CREATE UNIQUE INDEX author_identity ON authors (session_id, agent, ifnull(workspace, ''), ifnull(branch, ''), ifnull(commit_id, ''));

CREATE TABLE collection_sources (
  collection_id INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
  source_id INTEGER NOT NULL REFERENCES sources (id),
  documents INTEGER NOT NULL DEFAULT 0,
  chunks INTEGER NOT NULL DEFAULT 0,
  size_bytes INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL,
  author_id INTEGER NOT NULL REFERENCES authors (id),
  PRIMARY KEY (collection_id, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX collection_sources_of_source ON collection_sources (source_id);

CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  collection_id INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  path TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  mtime_ms REAL NOT NULL,
  signature TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  read_at REAL NOT NULL,
  file_type TEXT NOT NULL,
  language TEXT,
  category TEXT NOT NULL,
  metadata TEXT NOT NULL,
  chunk_count INTEGER NOT NULL,
  author_id INTEGER NOT NULL REFERENCES authors (id),
  indexed_at INTEGER NOT NULL,
  FOREIGN KEY (collection_id, source_id) REFERENCES collection_sources (collection_id, source_id)
) STRICT;
CREATE UNIQUE INDEX document_identity ON documents (collection_id, source_id, path);

CREATE TABLE texts (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE vectors (
  text_id INTEGER NOT NULL REFERENCES texts (id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  scale REAL NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (text_id, model)
) STRICT, WITHOUT ROWID;

CREATE TABLE chunks (
  id INTEGER PRIMARY KEY,
  document_id INTEGER NOT NULL REFERENCES documents (id),
  text_id INTEGER NOT NULL REFERENCES texts (id),
  ordinal INTEGER NOT NULL,
  start_line INTEGER NOT NULL,
  end_line INTEGER NOT NULL,
  kind TEXT NOT NULL,
  symbol TEXT,
  signature TEXT,
  doc TEXT,
  scope TEXT NOT NULL,
  author_id INTEGER NOT NULL REFERENCES authors (id),
  indexed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX chunks_of_document ON chunks (document_id);
CREATE INDEX chunks_of_text ON chunks (text_id);

CREATE TABLE journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  collection_id INTEGER NOT NULL REFERENCES collections (id),
  op TEXT NOT NULL CHECK (op IN ('ensure', 'drop', 'sync')),
  record_id TEXT
) STRICT;
CREATE UNIQUE INDEX journal_pending ON journal (collection_id, op, ifnull(record_id, ''));

CREATE TRIGGER count_document_in AFTER INSERT ON documents BEGIN
  UPDATE collection_sources
  SET documents = documents + 1, chunks = chunks + new.chunk_count, size_bytes = size_bytes + new.size_bytes
  WHERE collection_id = new.collection_id AND source_id = new.source_id;
END;
CREATE TRIGGER count_document_out AFTER DELETE ON documents BEGIN
  UPDATE collection_sources
  SET documents = documents - 1, chunks = chunks - old.chunk_count, size_bytes = size_bytes - old.size_bytes
  WHERE collection_id = old.collection_id AND source_id = old.source_id;
END;
CREATE TRIGGER count_document_change AFTER UPDATE OF chunk_count, size_bytes ON documents BEGIN
  UPDATE collection_sources
  SET chunks = chunks + new.chunk_count - old.chunk_count, size_bytes = size_bytes + new.size_bytes - old.size_bytes
  WHERE collection_id = new.collection_id AND source_id = new.source_id;
END;
`;

/** What users gave with a file, as JSON; before this step it was not told apart from what was extracted. */
export const schemaVersion2 = "ALTER TABLE documents ADD COLUMN given_metadata TEXT;";

/**
 * What each ingest was asked for, so that it can be repeated and watched; a revision that tells whether anything of a source
 * changed; and documents by their content, to know what an ingest would reuse.
 */
export const schemaVersion3 = `
ALTER TABLE collection_sources ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
CREATE INDEX documents_of_content ON documents (content_hash);

CREATE TABLE scopes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  collection_id INTEGER NOT NULL,
  source_id INTEGER NOT NULL,
  scope TEXT NOT NULL,
  mirrored_at INTEGER,
  is_watched INTEGER NOT NULL DEFAULT 0,
  watched_by TEXT,
  watched_since INTEGER,
  FOREIGN KEY (collection_id, source_id) REFERENCES collection_sources (collection_id, source_id) ON DELETE CASCADE
) STRICT;
CREATE UNIQUE INDEX scope_identity ON scopes (collection_id, source_id, scope);

CREATE TRIGGER revise_document_in AFTER INSERT ON documents BEGIN
  UPDATE collection_sources SET revision = revision + 1 WHERE collection_id = new.collection_id AND source_id = new.source_id;
END;
CREATE TRIGGER revise_document_out AFTER DELETE ON documents BEGIN
  UPDATE collection_sources SET revision = revision + 1 WHERE collection_id = old.collection_id AND source_id = old.source_id;
END;
CREATE TRIGGER revise_document_change AFTER UPDATE ON documents BEGIN
  UPDATE collection_sources SET revision = revision + 1 WHERE collection_id = new.collection_id AND source_id = new.source_id;
END;
`;
