/**
 * Receipts of writes and removals, and who uses what. A removal's `trash` is the stamp of the hidden collection that holds what it took
 * away: of an unload the collection itself, of a deletion one made for it (`collections.trash_of` is where that came from). `undone_by`
 * is the receipt of the restore. `owner_session` has the only session that may see it, of a temporary collection. `clock_at` is the time
 * of the last part as retention-clock.ts counts it. `answer` is what the call of that id was answered, as JSON.
 *
 * Authors are looked up from chunks and documents before one is removed: without these indexes each look would read them all.
 */
export const receiptSchema = `
CREATE TABLE receipts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  started_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  clock_at INTEGER NOT NULL,
  space TEXT NOT NULL,
  action TEXT NOT NULL CHECK (action IN ('write', 'delete', 'unload', 'restore', 'promote')),
  stamp TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('permanent', 'temporary')),
  owner_session TEXT,
  author_id INTEGER NOT NULL REFERENCES authors (id),
  source_id INTEGER REFERENCES sources (id),
  added INTEGER NOT NULL DEFAULT 0,
  changed INTEGER NOT NULL DEFAULT 0,
  renamed INTEGER NOT NULL DEFAULT 0,
  removed INTEGER NOT NULL DEFAULT 0,
  chunks INTEGER NOT NULL DEFAULT 0,
  is_forced INTEGER NOT NULL DEFAULT 0,
  detail TEXT,
  call_id TEXT UNIQUE,
  answer TEXT,
  trash TEXT,
  undone_by INTEGER,
  CHECK (kind = 'permanent' OR owner_session IS NOT NULL)
) STRICT;
CREATE INDEX receipts_of_name ON receipts (space, name, id);
CREATE INDEX receipts_of_writes ON receipts (stamp, author_id, source_id, id) WHERE action = 'write';
CREATE INDEX receipts_of_others ON receipts (stamp, id) WHERE action <> 'write';
CREATE INDEX receipts_of_trash ON receipts (trash) WHERE trash IS NOT NULL;
CREATE INDEX receipts_of_owner ON receipts (owner_session) WHERE owner_session IS NOT NULL;
CREATE INDEX receipts_of_author ON receipts (author_id);
CREATE INDEX receipts_of_source ON receipts (source_id);

CREATE INDEX documents_of_author ON documents (author_id);
CREATE INDEX chunks_of_author ON chunks (author_id);

ALTER TABLE collections ADD COLUMN trash_of TEXT;
UPDATE collections SET unloaded_at = min(unloaded_at, unixepoch() * 1000) WHERE unloaded_at IS NOT NULL;

CREATE TRIGGER count_document_move AFTER UPDATE OF collection_id ON documents WHEN old.collection_id <> new.collection_id BEGIN
  UPDATE collection_sources
  SET documents = documents - 1, chunks = chunks - old.chunk_count, size_bytes = size_bytes - old.size_bytes, revision = revision + 1
  WHERE collection_id = old.collection_id AND source_id = old.source_id;
  UPDATE collection_sources
  SET documents = documents + 1, chunks = chunks + new.chunk_count, size_bytes = size_bytes + new.size_bytes
  WHERE collection_id = new.collection_id AND source_id = new.source_id;
END;

CREATE TABLE session_uses (
  session_id TEXT NOT NULL,
  collection_id INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
  agent TEXT NOT NULL,
  workspace TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (session_id, collection_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_uses_of_collection ON session_uses (collection_id);
`;
