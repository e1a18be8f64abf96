/**
 * Vectors of models that are not built in. `pending_vectors` names what such a model still owes: texts without a vector, and texts
 * that a reindex does again. `refusal` says why the model will not take one text. `vector_revisions` counts the changes of a model's
 * vectors, for whoever keeps copies; `dimensions` is the length that all of them have. A row of `reindex_runs` is a collection on its
 * way to another model; `texts` is what there was to do when it began.
 */
export const embeddingSchema = `
CREATE TABLE vector_revisions (
  model TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  dimensions INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE pending_vectors (
  model TEXT NOT NULL,
  text_id INTEGER NOT NULL REFERENCES texts (id) ON DELETE CASCADE,
  refusal TEXT,
  PRIMARY KEY (model, text_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_vectors_of_text ON pending_vectors (text_id);

CREATE TABLE reindex_runs (
  collection_id INTEGER PRIMARY KEY REFERENCES collections (id) ON DELETE CASCADE,
  model TEXT NOT NULL,
  texts INTEGER NOT NULL,
  started_at INTEGER NOT NULL
) STRICT;
`;
