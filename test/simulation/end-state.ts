import type { EngineRecord } from "../../src/core/ports.ts";
import type { FakeEngine } from "../fixtures/fake-engine.ts";
import { Inconsistency } from "./checker.ts";
import { recordIdOf } from "./contents.ts";
import { listText } from "./model-answers.ts";
import { countsOf, type Model, type ModelCollection } from "./model.ts";
import type { SimulatedHub } from "./simulated-hub.ts";
import type { SimulationTools } from "./simulation-tools.ts";

export interface EndState {
  readonly model: Model;
  readonly hub: SimulatedHub;
  readonly engine: FakeEngine;
  readonly tools: SimulationTools;
}

// Vectors are stored with one byte for each number.
const minCosine = 0.98;
/** Of each collection: which ones are looked for is another choice in each run. */
const maxWords = 8;

/** Compares all that the catalog and ChromaDB hold with the model. Throws an Inconsistency. */
export function checkEndState(state: EndState): void {
  const { model, hub } = state;
  if (hub.catalog.journalDepth() > 0)
    throw new Inconsistency(`The journal keeps ${hub.catalog.journalDepth()} entries.`);
  for (const collection of model.live()) checkCollection(collection, state);
  checkNames(state);
  for (const space of spacesOf(model)) checkReceipts(space, state);
}

function spacesOf(model: Model): Set<string> {
  return new Set([...model.collections.values()].map(({ space }) => space));
}

/** The log has a line for each change, in its order, with its counts, and says rightly what can be undone. */
function checkReceipts(space: string, { model, hub }: EndState): void {
  const receipts = hub.catalog.receipts({ space, sessionId: null }, { limit: 1_000 }).toReversed();
  const lines = receipts.map(({ action, collection, collectionId, author, source, ...rest }) => {
    const { added, changed, renamed, removed, chunks } = rest;
    const from = action === "write" ? (source?.key ?? null) : null;
    return [action, collection, collectionId, author.sessionId, from, added, changed, renamed, removed, chunks];
  });
  const wanted = model.receipts.ofSpace(space).map(({ action, name, collectionId, sessionId, sourceKey, counts }) => {
    const { added, changed, renamed, removed, chunks } = counts;
    return [action, name, collectionId, sessionId, sourceKey, added, changed, renamed, removed, chunks];
  });
  for (const [index, line] of lines.entries()) same(`Line ${index} of the log of ${space}`, line, wanted[index]);
  same(`Lines in the log of ${space}`, lines.length, wanted.length);
  const open = [...model.removals.values()].filter(
    (removal) => removal.space === space && removal.owner === null && !removal.isUndone && !removal.isPurged,
  );
  const restorable = receipts.filter(({ restorableUntilMs }) => restorableUntilMs !== null).map(({ id }) => id);
  same(
    `What can be undone in ${space}`,
    restorable,
    open.map(({ receipt }) => receipt),
  );
}

function checkCollection(collection: ModelCollection, { hub, engine, tools }: EndState): void {
  const { catalog } = hub;
  const { id, name, space, kind } = collection;
  const where = `${kind} collection ${name} of ${space}`;
  const detail = catalog.collectionDetail(id);
  const counts = { documents: detail.documents, chunks: detail.chunks, sizeBytes: detail.sizeBytes };
  same(`Counts of the ${where}`, counts, countsOf(collection));
  same(`Passages without vector of the ${where}`, detail.health.chunksWithoutVector, 0);
  for (const sourceKey of new Set(detail.sources.map(({ source }) => source.key))) {
    const own = [...collection.documents.values()].filter((document) => document.sourceKey === sourceKey);
    const summary = detail.sources.find(({ source }) => source.key === sourceKey);
    same(`Documents of ${sourceKey} in the ${where}`, summary?.documents, own.length);
    const known = catalog.knownFiles({ collectionId: id, sourceKey, after: null, limit: 20_000 });
    same(
      `Files of ${sourceKey} in the ${where}`,
      known.map(({ path, fingerprint, stat, givenMetadata }) => [path, fingerprint, stat, givenMetadata]),
      own
        .toSorted((a, b) => (a.path < b.path ? -1 : 1))
        .map(({ path, fingerprint, stat, givenMetadata }) => [path, fingerprint, stat, givenMetadata]),
    );
  }
  const records = recordsOf(collection);
  const present = catalog.engineRecords(id, [...records.keys()]);
  checkRecords(present, { where, records, tools });
  checkWords(collection, { where, hub });
  const held = engine.stored({ database: space, name, stamp: id });
  if (kind === "temporary") return same(`ChromaDB of the ${where}`, held, null);
  same(`Records in ChromaDB of the ${where}`, Object.keys(held ?? {}).toSorted(), [...records.keys()].toSorted());
  for (const record of present) same(`Record ${record.id} in ChromaDB of the ${where}`, held?.[record.id], record);
}

interface ModelRecord {
  readonly text: string;
  readonly team: unknown;
}

function recordsOf(collection: ModelCollection): Map<string, ModelRecord> {
  const records = new Map<string, ModelRecord>();
  for (const document of collection.documents.values()) {
    const texts = document.chunks.map(({ text }) => text);
    for (const [index, text] of texts.entries())
      records.set(recordIdOf(document, texts, index), { text, team: document.metadata["team"] });
  }
  return records;
}

function checkRecords(
  present: readonly EngineRecord[],
  { where, records, tools }: { where: string; records: Map<string, ModelRecord>; tools: SimulationTools },
): void {
  same(`Passages of the ${where}`, present.map(({ id }) => id).toSorted(), [...records.keys()].toSorted());
  for (const { id, document, embedding, metadata } of present) {
    const record = records.get(id);
    same(`Text of ${id} in the ${where}`, document, record?.text);
    same(`Facts of ${id} in the ${where}`, metadata["team"], record?.team);
    const [wanted] = tools.embedder.embed([record?.text ?? ""]);
    const cosine = embedding.reduce((sum, value, index) => sum + value * (wanted?.[index] ?? 0), 0);
    if (cosine < minCosine)
      throw new Inconsistency(`The vector of ${id} in the ${where} is another text's: ${cosine}.`);
  }
}

/** Each word finds the passages that have it, and nothing else. */
function checkWords(collection: ModelCollection, { where, hub }: { where: string; hub: SimulatedHub }): void {
  const places = new Map<string, Set<string>>();
  for (const { sourceKey, path, chunks } of collection.documents.values())
    for (const { text } of chunks) {
      const word = text.split(" ")[1] ?? "";
      places.set(word, (places.get(word) ?? new Set()).add(`${sourceKey} ${path}`));
    }
  for (const [word, wanted] of [...places].slice(0, maxWords)) {
    const asked = { collectionIds: [collection.id], query: word, limit: 50, mode: "keyword", filters: {} } as const;
    const found = hub.catalog.search(asked).hits.flatMap((hit) => [hit, ...hit.alsoAt]);
    const names = new Set(found.map(({ sourceKey, path }) => `${sourceKey} ${path}`));
    same(`What "${word}" finds in the ${where}`, [...names].toSorted(), [...wanted].toSorted());
  }
}

/** No collection is there that should not be, in the catalog or in ChromaDB. */
function checkNames({ model, hub, engine }: EndState): void {
  for (const space of spacesOf(model)) {
    const permanent = model
      .live()
      .filter((collection) => collection.space === space && collection.kind === "permanent");
    const listed = hub.catalog.listCollections({ space, sessionId: null });
    const rows = listed.map(({ id, name, kind, documents, chunks, sizeBytes }) => [
      id,
      name,
      kind,
      documents,
      chunks,
      sizeBytes,
    ]);
    same(
      `Collections of ${space}`,
      rows.toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
      JSON.parse(listText(permanent)),
    );
    same(
      `Collections of ${space} in ChromaDB`,
      engine.names(space).toSorted(),
      permanent.map(({ name }) => name).toSorted(),
    );
  }
}

function same(what: string, actual: unknown, wanted: unknown): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (is !== should) throw new Inconsistency(`${what}: ${is ?? "nothing"}, but the model says ${should ?? "nothing"}.`);
}
