import { DatabaseSync, type StatementSync } from "node:sqlite";
import { stopWords } from "../../src/search/stop-words.ts";
import { createTokenizer, type Tokenizer } from "../../src/search/tokenizer.ts";
import { type Corpus, chunksOf, type PlacedChunk, type Ranker, wantedHits } from "./ranker.ts";

/** The steps below the product's own ranking, in their order; each holds all before it. */
export const ftsSteps = ["and", "or", "split", "stem", "stop-words", "fields", "k1"] as const;
export type FtsStep = (typeof ftsSteps)[number];

/** Plain FTS5 tables in memory, with one step after the other of what the product does. */
export function createFtsRanker(step: FtsStep): Ranker {
  const reached = (wanted: FtsStep): boolean => ftsSteps.indexOf(step) >= ftsSteps.indexOf(wanted);
  const tokenizer = createTokenizer();
  const words = wordsOf(reached("stem") ? "stem" : reached("split") ? "split" : "plain", tokenizer);
  const tables = new Map<string, StatementSync>();
  const databases: DatabaseSync[] = [];
  const open = (corpus: Corpus): StatementSync => {
    const database = new DatabaseSync(":memory:");
    databases.push(database);
    fill(database, chunksOf(corpus), { words, hasFields: reached("fields") });
    // FTS5 has k1 = 1.2 built in; all weights times 0.6 are exactly k1 = 2.
    const scale = reached("k1") ? 0.6 : 1;
    const weights = reached("fields") ? [1, 3, 2, 2, 1].map((weight) => weight * scale).join(", ") : "1";
    return database.prepare(
      `SELECT place FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, 0, ${weights}) LIMIT ${wantedHits}`,
    );
  };
  return {
    rank: (corpus, query) => {
      const table = tables.get(corpus.name) ?? open(corpus);
      tables.set(corpus.name, table);
      const asked = reached("stop-words") ? withoutStopWords(query) : query;
      const terms = [...new Set(words(asked).split(" "))].filter((term) => term !== "");
      if (terms.length === 0) return [];
      const expression = terms.map((term) => `"${term}"`).join(reached("or") ? " OR " : " ");
      // Safe: the column is text.
      return table.all(expression).map((row) => [(row as { place: string }).place]);
    },
    close: () => {
      for (const database of databases) database.close();
    },
  };
}

type Words = (text: string) => string;

function fill(
  database: DatabaseSync,
  chunks: readonly PlacedChunk[],
  { words, hasFields }: { words: Words; hasFields: boolean },
): void {
  const columns = hasFields ? ["path", "name", "signature", "doc", "body"] : ["body"];
  database.exec(`CREATE VIRTUAL TABLE passages USING fts5(place UNINDEXED, ${columns.join(", ")}, tokenize = 'ascii')`);
  const insert = database.prepare(`INSERT INTO passages VALUES (?${", ?".repeat(columns.length)})`);
  database.exec("BEGIN");
  for (const { place, path, symbol, signature, doc, text } of chunks) {
    const fields = hasFields ? [path, symbol, signature, doc, text] : [text];
    insert.run(place, ...fields.map(words));
  }
  database.exec("COMMIT");
}

const part = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|[\p{Lo}\p{Lm}\p{Lt}\p{M}]+/gu;

function wordsOf(kind: "plain" | "split" | "stem", tokenizer: Tokenizer): Words {
  if (kind === "stem") return (text) => tokenizer.indexText(text);
  const plain: Words = (text) => (text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).join(" ").toLowerCase();
  if (kind === "plain") return plain;
  return (text) =>
    (text.match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [])
      .flatMap((word) => {
        const parts = word.match(part) ?? [];
        return parts.length > 1 ? [...parts, word.replaceAll("_", "")] : parts;
      })
      .join(" ")
      .toLowerCase();
}

function withoutStopWords(query: string): string {
  const words = query.match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [];
  const kept = words.filter((word) => !stopWords.has(word.toLowerCase()));
  return (kept.length > 0 ? kept : words).join(" ");
}
