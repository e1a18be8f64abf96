import type { IndexSegment } from "../search/index-snapshot.ts";
import type { PassageFilter } from "../search/passage-filter.ts";
import { slotsWithAll } from "../search/ranking/shared-words.ts";
import type { OpenIndexes } from "./open-indexes.ts";
import type { FactReader } from "./passage-facts.ts";

/** Texts that one search reads for filters on the text; more would make others wait. */
export const maxFilterTexts = 20_000;

/** Lets through what the filter of one search wants. */
export interface PassageGate {
  readonly isWanted: (segment: IndexSegment, slot: number) => boolean;
  readonly isPlaceWanted: (place: PassageRow) => boolean;
  /** More texts would have had to be read; passages behind the limit count as not wanted. */
  readonly isCut: () => boolean;
}

export interface PassageRow {
  readonly collectionId: number;
  readonly documentId: number;
  readonly chunkId: number;
}

/** Asks the filter, each document once, and counts the texts that it reads. */
export function createPassageGate(
  facts: FactReader,
  { opened, filter }: { opened: Pick<OpenIndexes, "collectionOf">; filter: PassageFilter | null },
): PassageGate {
  const documents = new Map<number, (documentId: number) => boolean | "depends">();
  let textsRead = 0;
  const ofDocument = (collectionId: number, documentId: number): boolean | "depends" => {
    const known = documents.get(collectionId) ?? remembered(filter, facts.documentsOf(collectionId));
    documents.set(collectionId, known);
    return known(documentId);
  };
  const isPlaceWanted = (place: PassageRow): boolean => {
    if (filter === null) return true;
    const verdict = ofDocument(place.collectionId, place.documentId);
    if (verdict !== "depends") return verdict;
    const document = facts.documentsOf(place.collectionId)(place.documentId);
    const passage = facts.passage(place.chunkId);
    if (document === null || passage === null || textsRead > maxFilterTexts) return false;
    const text = (): string => {
      textsRead += 1;
      return passage.text();
    };
    return filter.ofPassage(document, { ...passage, text });
  };
  const required = filter?.requiredTerms ?? [];
  const slotsAllowed = new Map<IndexSegment, Uint8Array | null>();
  const hasRequired = (segment: IndexSegment, slot: number): boolean => {
    const known = slotsAllowed.get(segment);
    const marks = known === undefined ? slotsWithAll(segment, required) : known;
    slotsAllowed.set(segment, marks);
    return marks?.[slot] === 1;
  };
  return {
    isPlaceWanted,
    isWanted: (segment: IndexSegment, slot: number): boolean => {
      if (filter === null) return true;
      if (required.length > 0 && !hasRequired(segment, slot)) return false;
      return isPlaceWanted({
        collectionId: opened.collectionOf(segment).id,
        documentId: segment.documentIds[slot] ?? 0,
        chunkId: segment.chunkIds[slot] ?? 0,
      });
    },
    isCut: () => textsRead > maxFilterTexts,
  };
}

function remembered(
  filter: PassageFilter | null,
  documentOf: ReturnType<FactReader["documentsOf"]>,
): (documentId: number) => boolean | "depends" {
  const verdicts = new Map<number, boolean | "depends">();
  return (documentId) => {
    const known = verdicts.get(documentId);
    if (known !== undefined) return known;
    const document = documentOf(documentId);
    const verdict = document !== null && (filter?.ofDocument(document) ?? true);
    verdicts.set(documentId, verdict);
    return verdict;
  };
}
