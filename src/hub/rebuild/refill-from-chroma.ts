import type { Catalog } from "../../catalog/api.ts";
import { parseRecordId } from "../../catalog/record-id.ts";
import type { OwedToChroma } from "../../catalog/rebuild/rebuild.ts";
import type { Source } from "../../core/document.ts";
import type { ModelVector } from "../../core/model-vectors.ts";
import { isBuiltInModel } from "../../core/model-id.ts";
import type { StampedCollection, StampedReader } from "../../engine/stamped-collections.ts";
import { type ChromaPassage, documentOf, readPassages } from "./chroma-records.ts";

export interface RefillFromChroma {
  readonly catalog: Catalog;
  readonly reader: StampedReader;
  readonly collections: readonly StampedCollection[];
  readonly owed: OwedToChroma;
  readonly machine: string;
  /** Sources that the catalog knows, by key: what it knows of them is more than Chroma does. */
  readonly sources: ReadonlyMap<string, Source>;
  /** When the catalog's copy of a note was written, by `noteKey`; a note that is there in part counts as older than any. */
  readonly notes: ReadonlyMap<string, number>;
}

export interface FromChroma {
  readonly documents: number;
  readonly notes: number;
  /** Records that the catalog lacks and that could not be used. */
  readonly unusable: number;
  /** `noteKey` or place of each document that was brought back. */
  readonly places: ReadonlySet<string>;
}

const idsPerPage = 2_000;
const recordsPerRead = 200;
const documentsPerWrite = 100;

/** Names a document of a collection. */
export function placeKey(collectionId: string, sourceKey: string, path: string): string {
  return JSON.stringify([collectionId, sourceKey, path]);
}

/** Brings back documents that Chroma has and the catalog lacks, and notes that Chroma has in a newer state. Errors: ENGINE_UNAVAILABLE. */
export async function refillFromChroma(tools: RefillFromChroma): Promise<FromChroma> {
  const counts = { documents: 0, notes: 0, unusable: 0 };
  const places = new Set<string>();
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
      for (const stored of store(tools, collection, passages)) {
        counts[stored.isNote ? "notes" : "documents"] += 1;
        places.add(stored.place);
      }
    }
  }
  return { ...counts, places };
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

function store(
  tools: RefillFromChroma,
  collection: StampedCollection,
  passages: readonly ChromaPassage[],
): { place: string; isNote: boolean }[] {
  const byDocument = Map.groupBy(passages, ({ sourceKey, path }) => placeKey(collection.stamp, sourceKey, path));
  const wanted = [...byDocument].filter(([place, parts]) => isWanted(tools, collection, place, parts));
  // One write has one source and one author.
  const byAuthor = Map.groupBy(wanted, ([, [first]]) =>
    JSON.stringify([first?.sourceKey, first?.agent, first?.branch, first?.commit]),
  );
  for (const group of byAuthor.values())
    for (let from = 0; from < group.length; from += documentsPerWrite)
      write(
        tools,
        collection,
        group.slice(from, from + documentsPerWrite).map(([, parts]) => parts),
      );
  saveVectors(
    tools,
    collection,
    wanted.flatMap(([, parts]) => parts),
  );
  return wanted.map(([place, parts]) => ({ place, isNote: parts[0]?.sourceKey === "notes" }));
}

function isWanted(
  { catalog, notes }: RefillFromChroma,
  { stamp }: StampedCollection,
  place: string,
  [first, ...rest]: readonly ChromaPassage[],
): boolean {
  if (first === undefined) return false;
  const { sourceKey, path } = first;
  const isThere = catalog.knownPaths({ collectionId: stamp, sourceKey, paths: [path] }).length > 0;
  if (!isThere) return true;
  // Files are read again by the next ingest; a note is nowhere else.
  const storedAtMs = notes.get(place);
  const newestMs = Math.max(first.indexedAtMs, ...rest.map(({ indexedAtMs }) => indexedAtMs));
  return storedAtMs !== undefined && newestMs > storedAtMs;
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
