/**
 * Tables of the word index. A collection's index is a list of immutable segments; `age` orders them, the oldest first. The pages of a
 * segment have consecutive ids. Columns are packed (packed-numbers.ts), pages as posting-page.ts says. `word_dead` has the marks of what
 * was deleted since; `word_garbage` the pages of segments that are gone, which leave little by little.
 */
export const wordIndexSchema = `
CREATE TABLE word_segments (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  collection_id INTEGER NOT NULL,
  age INTEGER NOT NULL,
  slots INTEGER NOT NULL,
  postings INTEGER NOT NULL,
  total_length INTEGER NOT NULL,
  first_chunk INTEGER NOT NULL,
  last_chunk INTEGER NOT NULL,
  first_page INTEGER NOT NULL,
  page_count INTEGER NOT NULL,
  chunk_ids BLOB NOT NULL,
  document_ids BLOB NOT NULL,
  text_ids BLOB NOT NULL,
  lengths BLOB NOT NULL,
  first_terms TEXT NOT NULL
) STRICT;
CREATE INDEX word_segments_of_collection ON word_segments (collection_id, age);

CREATE TABLE word_dead (
  segment_id INTEGER PRIMARY KEY,
  revision INTEGER NOT NULL,
  slots INTEGER NOT NULL,
  bits BLOB NOT NULL
) STRICT;

CREATE TABLE word_pages (
  id INTEGER PRIMARY KEY,
  data BLOB NOT NULL
) STRICT;

CREATE TABLE word_garbage (
  first_page INTEGER PRIMARY KEY,
  page_count INTEGER NOT NULL
) STRICT;
`;
