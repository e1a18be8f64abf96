import type { Catalog } from "../../catalog/api.ts";
import { parseRecordId } from "../../catalog/record-id.ts";
import type { RefilledNote } from "../../catalog/rebuild/refill.ts";
import type { LostDocument } from "../../core/catalog-repair.ts";
import type { OwedToChroma } from "../../catalog/rebuild/rebuild.ts";
import type { Source } from "../../core/document.ts";
import type { ModelVector } from "../../core/model-vectors.ts";
import { isBuiltInModel } from "../../core/model-id.ts";
import type { StampedCollection, StampedReader } from "../../engine/stamped-collections.ts";
import { type ChromaPassage, documentOf, readPassages } from "./chroma-records.ts";

export interface RefillFromChroma {
  readonly catalog: Catalog;
  readonly reader: Pick<StampedReader, "recordIds" | "records">;
  readonly collections: readonly StampedCollection[];
  readonly owed: OwedToChroma;
  readonly machine: string;
  /** Sources that the catalog knows, by key: what it knows of them is more than Chroma does. */
  readonly sources: ReadonlyMap<string, Source>;
  /** Notes that were read from the file. */
  readonly notes: readonly RefilledNote[];
}

/** A document that was taken from Chroma. */
interface BroughtDocument {
  readonly place: string;
  readonly isNote: boolean;
  readonly passages: number;
  readonly indexedAtMs: number;
}

export interface FromChroma {
  readonly documents: number;
  readonly notes: number;
  /** Records that the catalog lacks and that could not be used. */
  readonly unusable: number;
  readonly brought: readonly BroughtDocument[];
}

const idsPerPage = 2_000;
const recordsPerRead = 200;
const documentsPerWrite = 100;

/** Names a document of a collection. */
function placeKey(collectionId: string, sourceKey: string, path: string): string {
  return JSON.stringify([collectionId, sourceKey, path]);
}

/**
 * What is lost all the same: what Chroma gave no copy of, and what it gave fewer passages of than the document had when it was written
 * last. A part of such a document is left.
 */
export function stillLost(lost: readonly LostDocument[], brought: readonly BroughtDocument[]): LostDocument[] {
  const byPlace = new Map(brought.map((document) => [document.place, document]));
  return lost.flatMap((document) => {
    const { collectionId, sourceKey, path, isNote, passages, indexedAtMs } = document;
    const copy = byPlace.get(placeKey(collectionId ?? "", sourceKey ?? "", path));
    if (copy === undefined) return [document];
    const isWhole = copy.passages >= passages || copy.indexedAtMs > indexedAtMs;
    return isWhole || !isNote ? [] : [{ ...document, isInPart: true }];
  });
}

/**
 * Brings back documents that Chroma has and the catalog lacks, and notes that Chroma has in a newer state, or with more passages where the
 * file's copy is not surely whole. Errors: ENGINE_UNAVAILABLE.
 */
export async function refillFromChroma(tools: RefillFromChroma): Promise<FromChroma> {
  const counts = { documents: 0, notes: 0, unusable: 0 };
  const brought: BroughtDocument[] = [];
  const notes = new Map(tools.notes.map((note) => [placeKey(note.collectionId, "notes", note.path), note]));
  const known = new Set(tools.catalog.collectionIds());
  for (const collection of tools.collections) {
    if (!known.has(collection.stamp) || tools.owed.dropped.has(collection.stamp)) continue;
    for (const recordIds of inParts(await lackingDocuments(tools, collection))) {
      const passages: ChromaPassage[] = [];
      for (let from = 0; from < recordIds.length; from += recordsPerRead) {
        const read = readPassages(await tools.reader.records(collection, recordIds.slice(from, from + recordsPerRead)));
        passages.push(...read.passages);
        counts.unusable += read.unusable;
      }
      const stored = store(tools, { collection, passages, notes });
      for (const { isNote } of stored) counts[isNote ? "notes" : "documents"] += 1;
      brought.push(...stored);
    }
  }
  return { ...counts, brought };
}

/** Record ids by document: of those that the catalog lacks wholly, and of notes that differ. */
async function lackingDocuments(
  { catalog, reader, owed }: RefillFromChroma,
  collection: StampedCollection,
): Promise<string[][]> {
  const owedRecords = owed.records.get(collection.stamp);
  const byDocument = new Map<string, { ids: string[]; isLacking: boolean }>();
  for (let offset = 0; ; offset += idsPerPage) {
    const ids = await reader.recordIds(collection, { offset, limit: idsPerPage });
    const unknown = new Set(catalog.unknownRecords(collection.stamp, ids));
    for (const id of ids) {
      const parts = parseRecordId(id);
      // Chroma was about to be told of these: what it has is not what the catalog had.
      if (parts === null || owedRecords?.has(id)) continue;
      const key = placeKey(collection.stamp, parts.sourceKey, parts.path);
      const document = byDocument.get(key) ?? { ids: [], isLacking: false };
      byDocument.set(key, document);
      document.ids.push(id);
      document.isLacking ||= unknown.has(id);
    }
    if (ids.length < idsPerPage) break;
  }
  return [...byDocument.values()].flatMap(({ ids, isLacking }) => (isLacking ? [ids] : []));
}

/** Ids of whole documents together, some thousand records at most (or one document). */
function* inParts(documents: readonly string[][]): Generator<string[]> {
  let part: string[] = [];
  for (const [index, ids] of documents.entries()) {
    part.push(...ids);
    if (part.length < 10 * recordsPerRead && index < documents.length - 1) continue;
    yield part;
    part = [];
  }
}

interface ReadDocuments {
  readonly collection: StampedCollection;
  readonly passages: readonly ChromaPassage[];
  readonly notes: ReadonlyMap<string, RefilledNote>;
}

function store(tools: RefillFromChroma, { collection, passages, notes }: ReadDocuments): BroughtDocument[] {
  const byDocument = Map.groupBy(passages, ({ sourceKey, path }) => placeKey(collection.stamp, sourceKey, path));
  const wanted = [...byDocument].flatMap(([place, parts]) => {
    const document = {
      place,
      isNote: parts[0]?.sourceKey === "notes",
      passages: parts.length,
      indexedAtMs: Math.max(...parts.map(({ indexedAtMs }) => indexedAtMs)),
    };
    const isThere = isStored(tools.catalog, collection, parts);
    return !isThere || isBetter(document, notes.get(place)) ? [{ document, parts }] : [];
  });
  // One write has one source and one author.
  const byAuthor = Map.groupBy(wanted, ({ parts: [first] }) =>
    JSON.stringify([first?.sourceKey, first?.agent, first?.branch, first?.commit]),
  );
  for (const group of byAuthor.values())
    for (let from = 0; from < group.length; from += documentsPerWrite)
      write(
        tools,
        collection,
        group.slice(from, from + documentsPerWrite).map(({ parts }) => parts),
      );
  saveVectors(
    tools,
    collection,
    wanted.flatMap(({ parts }) => parts),
  );
  return wanted.map(({ document }) => document);
}

function isStored(catalog: Catalog, { stamp }: StampedCollection, [first]: readonly ChromaPassage[]): boolean {
  if (first === undefined) return false;
  const { sourceKey, path } = first;
  return catalog.knownPaths({ collectionId: stamp, sourceKey, paths: [path] }).length > 0;
}

/** Files are read again by the next ingest; a note is nowhere else. Of two copies of it of which neither is surely whole, the fuller is. */
function isBetter(copy: BroughtDocument, stored: RefilledNote | undefined): boolean {
  if (stored === undefined) return false;
  const isNewer = copy.indexedAtMs > stored.indexedAtMs;
  if (stored.isSurelyWhole) return isNewer;
  return copy.passages > stored.passages || (isNewer && copy.passages === stored.passages);
}

function write(
  { catalog, sources, machine }: RefillFromChroma,
  { stamp }: StampedCollection,
  documents: readonly (readonly ChromaPassage[])[],
): void {
  const first = documents[0]?.[0];
  if (first === undefined) return;
  const { sourceKey: key, source: name, sourcePath, agent, branch, commit } = first;
  const isNotes = key === "notes";
  const plain: Source = {
    key,
    kind: isNotes ? "notes" : "workspace",
    name,
    machine: isNotes ? "" : machine,
    path: sourcePath,
    repository: null,
  };
  const inputs = documents.flatMap((passages) => documentOf(passages) ?? []);
  catalog.write({
    collectionId: stamp,
    source: sources.get(key) ?? plain,
    author: { sessionId: "rebuild", agent, workspace: sourcePath, branch, commit },
    documents: inputs.map((input) => ({ ...input, readAtMs: isNotes ? Date.now() : input.readAtMs })),
    renames: [],
    touches: [],
    removals: [],
  });
}

/** Vectors of models that are not built in are taken as Chroma has them, so that nothing is asked for again. */
function saveVectors(
  { catalog }: RefillFromChroma,
  { stamp, embedder }: StampedCollection,
  passages: readonly ChromaPassage[],
): void {
  if (passages.length === 0) return;
  const model = embedder ?? catalog.collectionDetail(stamp).embedder;
  if (isBuiltInModel(model)) return;
  const byHash = new Map(passages.map(({ contentHash, embedding }) => [contentHash, embedding]));
  const vectors: ModelVector[] = catalog.missingVectors(model, byHash.size * 2).flatMap(({ textId, hash }) => {
    const embedding = byHash.get(hash);
    return embedding === undefined || embedding.length === 0
      ? []
      : [{ textId, hash, vector: Float32Array.from(embedding) }];
  });
  catalog.saveVectors(model, vectors);
}
