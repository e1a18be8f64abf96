import { CommonsError } from "../core/errors.ts";
import { isBuiltInModel } from "../core/model-id.ts";
import type { ReindexPlan, ReindexRun } from "../core/model-vectors.ts";
import type { CollectionRow, CollectionStore } from "./collections.ts";
import type { Connection } from "./connection.ts";
import type { JournalStore } from "./journal.ts";
import type { ModelVectorStore } from "./model-vectors.ts";
import type { TextStore } from "./texts.ts";

/** Moves collections to another model. Searches use the old vectors until all new ones are there. Each call belongs in a transaction. */
export interface Reindexing {
  plan(collection: CollectionRow, model: string): ReindexPlan;
  /** A collection that is on its way already goes to the model given last. */
  start(collection: CollectionRow, model: string): ReindexRun;
  /** Whether there was one to end; vectors that were made so far stay until their model is unused. */
  cancel(collection: CollectionRow): boolean;
  /** Of live collections, oldest first. */
  runs(): ReindexRun[];
  /** A bounded step: embeds at most `maxTexts` for the built-in model, and moves the collections that lack nothing any more. */
  step(maxTexts: number): { readonly finished: ReindexRun[]; readonly hasMore: boolean };
  /** The model that the collection is on its way to. */
  target(collectionId: number): string | null;
}

const planSql = `
  SELECT count(*) AS texts, ifnull(sum(octet_length(t.text)), 0) AS textBytes FROM texts t
  WHERE t.id IN (SELECT c.text_id FROM documents d JOIN chunks c ON c.document_id = d.id WHERE d.collection_id = ?1)
    AND (?3 OR NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = t.id AND v.model = ?2))`;
const runsSql = `
  SELECT r.collection_id AS id, k.stamp AS collectionId, k.name AS collection, k.space, k.kind, k.embedder AS "from",
    r.model AS "to", r.texts, r.started_at AS startedAtMs
  FROM reindex_runs r JOIN collections k ON k.id = r.collection_id WHERE k.unloaded_at IS NULL ORDER BY r.started_at, r.collection_id`;
const startSql = `
  INSERT INTO reindex_runs (collection_id, model, texts, started_at) VALUES (?, ?, ?, ?)
  ON CONFLICT (collection_id) DO UPDATE SET model = excluded.model, texts = excluded.texts, started_at = excluded.started_at`;

type RunRow = ReindexRun & { readonly id: number; readonly kind: CollectionRow["kind"] };

export interface ReindexTools {
  readonly connection: Connection;
  readonly collections: CollectionStore;
  readonly journal: JournalStore;
  readonly texts: TextStore;
  readonly vectors: ModelVectorStore;
  readonly embedderId: string;
}

export function createReindexing(tools: ReindexTools): Reindexing {
  const { connection, collections, journal, texts, vectors, embedderId } = tools;
  const sizes = connection.prepare<{ texts: number; textBytes: number }>(planSql);
  const runs = connection.prepare<RunRow>(runsSql);
  const insert = connection.prepare(startSql);
  const remove = connection.prepare("DELETE FROM reindex_runs WHERE collection_id = ?");
  const target = connection.prepare<{ model: string }>("SELECT model FROM reindex_runs WHERE collection_id = ?");

  /** Chroma keeps a collection to one length of vectors, so it is made anew there. */
  const moveTo = (run: RunRow): void => {
    collections.touch(run.id, run.to);
    remove.run(run.id);
    if (run.from === run.to || !journal.isMirrored(run.kind)) return;
    journal.drop(run.id);
    journal.resync(run.id);
  };
  return {
    plan: (collection, model) => {
      requireKnown(model, embedderId);
      const isAgain = model === collection.embedder ? 1 : 0;
      const { texts: count = 0, textBytes = 0 } = sizes.get(collection.id, model, isAgain) ?? {};
      const { name, embedder, chunks } = collection;
      return { collection: name, from: embedder, to: model, passages: chunks, texts: count, textBytes };
    },
    start: (collection, model) => {
      requireKnown(model, embedderId);
      const owed = vectors.owe(collection.id, model, model === collection.embedder);
      insert.run(collection.id, model, owed, Date.now());
      const run = runs.all().find(({ id }) => id === collection.id);
      if (run === undefined) throw new CommonsError("INTERNAL", "The reindex that was just noted is not there.");
      return shown(run);
    },
    cancel: ({ id }) => remove.run(id).changes > 0,
    runs: () => runs.all().map(shown),
    step: (maxTexts) => {
      const wanted = vectors.missing(embedderId, maxTexts);
      if (wanted.length > 0) vectors.save(embedderId, texts.embed(wanted));
      const done = runs.all().filter(({ id, to }) => !vectors.isWaiting(id, to));
      for (const run of done) moveTo(run);
      return { finished: done.map(shown), hasMore: wanted.length === maxTexts };
    },
    target: (collectionId) => target.get(collectionId)?.model ?? null,
  };
}

function requireKnown(model: string, embedderId: string): void {
  if (!isBuiltInModel(model) || model === embedderId) return;
  throw new CommonsError("INPUT_INVALID", `There is no built-in model "${model.slice(0, 100)}".`, {
    hint: `The built-in one is ${embedderId}; "built-in" means it too.`,
  });
}

function shown({ collectionId, collection, space, from, to, texts, startedAtMs }: RunRow): ReindexRun {
  return { collectionId, collection, space, from, to, texts, startedAtMs };
}
