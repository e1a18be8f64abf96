import type { IndexSegment } from "../search/index-snapshot.ts";
import type { DocumentFacts, PassageFilter } from "../search/passage-filter.ts";
import { slotsWithAll } from "../search/ranking/shared-words.ts";
import type { SlotFilter } from "../search/ranking/top-slots.ts";
import type { PassagePlaceRow } from "./hits.ts";
import type { OpenIndexes } from "./open-indexes.ts";
import type { FactReader, Verdict } from "./passage-facts.ts";

/** Texts that one search reads for filters on the text; more would make others wait. */
export const maxFilterTexts = 10_000;

/** Lets through what the filter of one search wants. */
export interface PassageGate {
  readonly slots: SlotFilter;
  readonly isPlaceWanted: (place: PassagePlaceRow) => boolean;
  /** More texts would have had to be read; passages behind the limit count as not wanted. */
  readonly isCut: () => boolean;
}

export interface GateOptions {
  readonly opened: Pick<OpenIndexes, "collectionOf">;
  readonly filter: PassageFilter | null;
  /** The same for the same filter: its verdicts on documents are remembered over searches. */
  readonly key: string;
}

/** Asks the filter, each document once, and counts the texts that it reads. */
export function createPassageGate(facts: FactReader, { opened, filter, key }: GateOptions): PassageGate {
  const askers = new Map<number, DocumentAsker>();
  let textsRead = 0;
  const asker = (collectionId: number): DocumentAsker => {
    const known = askers.get(collectionId) ?? documentAsker(facts, collectionId, { filter, key });
    askers.set(collectionId, known);
    return known;
  };
  const passages = new Map<number, boolean>();
  const isPlaceWanted = (place: PassagePlaceRow): boolean => {
    if (filter === null) return true;
    const verdict = asker(place.collectionId).ask(place.documentId);
    if (verdict !== "depends") return verdict;
    const known = passages.get(place.chunkId) ?? isPassageWanted(filter, place);
    passages.set(place.chunkId, known);
    return known;
  };
  const isPassageWanted = (wanted: PassageFilter, place: PassagePlaceRow): boolean => {
    const document = asker(place.collectionId).documentOf(place.documentId);
    if (document === null || textsRead >= maxFilterTexts) return false;
    const onText = () => void textsRead++;
    return wanted.ofPassage(document, facts.passage({ ...place, onText }));
  };
  const required = filter?.requiredTerms ?? [];
  const slotsAllowed = new Map<IndexSegment, Uint8Array | null>();
  const hasRequired = (segment: IndexSegment, slot: number): boolean => {
    const known = slotsAllowed.get(segment);
    const marks = known === undefined ? slotsWithAll(segment, required) : known;
    slotsAllowed.set(segment, marks);
    return marks?.[slot] === 1;
  };
  const placeOf = (segment: IndexSegment, slot: number): PassagePlaceRow => ({
    collectionId: opened.collectionOf(segment).id,
    documentId: segment.documentIds[slot] ?? 0,
    chunkId: segment.chunkIds[slot] ?? 0,
    textId: segment.textIds[slot] ?? 0,
  });
  const mayBeWanted = (segment: IndexSegment, slot: number): boolean =>
    (required.length === 0 || hasRequired(segment, slot)) &&
    asker(opened.collectionOf(segment).id).ask(segment.documentIds[slot] ?? 0) !== false;
  return {
    isPlaceWanted,
    slots: {
      mayBeWanted: filter === null ? null : mayBeWanted,
      isWanted:
        filter === null || filter.isOfDocuments ? null : (segment, slot) => isPlaceWanted(placeOf(segment, slot)),
    },
    isCut: () => textsRead >= maxFilterTexts,
  };
}

/** Lets through what is of these documents. */
export function documentGate(documentIds: ReadonlySet<number>): PassageGate {
  return {
    isPlaceWanted: ({ documentId }) => documentIds.has(documentId),
    slots: {
      mayBeWanted: (segment, slot) => documentIds.has(segment.documentIds[slot] ?? 0),
      isWanted: null,
    },
    isCut: () => false,
  };
}

interface DocumentAsker {
  readonly documentOf: (documentId: number) => DocumentFacts | null;
  readonly ask: (documentId: number) => Verdict;
}

function documentAsker(
  facts: FactReader,
  collectionId: number,
  { filter, key }: Pick<GateOptions, "filter" | "key">,
): DocumentAsker {
  const verdicts = facts.verdictsOf(collectionId, key);
  const documentOf = facts.documentsOf(collectionId);
  const ask = (documentId: number): Verdict => {
    const known = verdicts.get(documentId);
    if (known !== undefined) return known;
    const document = documentOf(documentId);
    const verdict = document !== null && (filter?.ofDocument(document) ?? true);
    verdicts.set(documentId, verdict);
    return verdict;
  };
  return { documentOf, ask };
}
