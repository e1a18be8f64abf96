import { CommonsError } from "../core/errors.ts";
import type { SearchNote } from "../core/search.ts";
import { listOfNames } from "../core/sentences.ts";
import { maxSimilarPassages, type SimilarGroup, type SimilarMatch, type SimilarResult } from "../core/similar.ts";
import type { IndexSegment } from "../search/index-snapshot.ts";
import { CandidateList, NearestTexts, nearestVisitor, textsWithTerms } from "../search/similar/candidates.ts";
import { type JudgedText, type Judgement, isTelling, judge, judgedText } from "../search/similar/judgement.ts";
import { lookAlikeCosine } from "../search/similar/look-alike-cosine.ts";
import { TermFrequencies } from "../search/similar/telling-terms.ts";
import type { SimilarRequest } from "./api.ts";
import type { CollectionRow } from "./collections.ts";
import type { SearchTools } from "./search-queries.ts";
import { createOwnPassageReader, type OwnPassage } from "./own-passages.ts";
import { createSimilarPlaces, type SimilarPlaces } from "./similar-places.ts";

// Of each kind; the best are judged by their whole text.
const candidatesByVector = 12;
const candidatesByWords = 12;
const tellingTerms = 30;
const maxRememberedTexts = 1_000;
const kindOrder = { identical: 0, "near-copy": 1, "look-alike": 2 } as const;

/** Finds what is like some passages inside the caller's transaction. Errors: COLLECTION_NOT_FOUND, INPUT_INVALID. */
export function createSimilarFinder(tools: SearchTools): (request: SimilarRequest) => SimilarResult {
  const { connection, collections, wordIndex, vectors, tokenizer } = tools;
  const readOwn = createOwnPassageReader(tools);
  const places = createSimilarPlaces(connection);
  const textOf = connection.prepare<{ text: string; hash: Uint8Array; language: string | null }>(`
    SELECT t.text, t.hash, d.language FROM texts t JOIN chunks c ON c.text_id = t.id JOIN documents d ON d.id = c.document_id
    WHERE t.id = ? AND d.collection_id IN (SELECT value FROM json_each(?)) LIMIT 1`);
  const frequencies = new TermFrequencies();
  const remembered = new Map<string, JudgedText>();

  const judgedById = (textId: number, collectionIds: string): JudgedText | null => {
    const row = textOf.get(textId, collectionIds);
    if (row === undefined) return null;
    const key = `${Buffer.from(row.hash).toString("latin1")}${row.language ?? ""}`;
    const known = remembered.get(key) ?? judgedText(row.text, row.language);
    remembered.delete(key);
    remembered.set(key, known);
    const [oldest] = remembered.keys();
    if (remembered.size > maxRememberedTexts && oldest !== undefined) remembered.delete(oldest);
    return known;
  };

  return (request) => {
    requireBounds(request);
    const searched = [...new Set(request.collectionIds)].map((id) => collections.require(id));
    const models = Map.groupBy(searched, ({ embedder }) => embedder);
    const own = readOwn(request.of, [...models.keys()], request.passageVectors);
    const telling = own.passages.flatMap((passage, index) => {
      const judged = judgedText(passage.text, passage.language);
      return isTelling(judged, passage.place?.path ?? null) ? [{ passage, index, judged }] : [];
    });
    const candidates = telling.map(() => new CandidateList());
    for (const [at, { passage }] of telling.entries())
      if (passage.textId !== null) candidates[at]?.add(passage.textId, 1);
    for (const [model, holders] of models) {
      const segments = segmentsOf(wordIndex, holders);
      byVectors(segments, { model, vectors, candidates, passages: telling.map(({ passage }) => passage), request });
      for (const [at, { passage }] of telling.entries()) {
        const terms = frequencies.telling(segments, termsOf(tokenizer.indexText(passage.text)), {
          terms: tellingTerms,
        });
        for (const textId of textsWithTerms(segments, terms, candidatesByWords)) candidates[at]?.add(textId, null);
      }
    }
    const collectionIds = JSON.stringify(searched.map(({ id }) => id));
    const groups = telling.map(({ passage, index, judged }, at) => {
      const judgements = (candidates[at]?.values() ?? []).flatMap(({ textId, cosine }) => {
        const theirs = judgedById(textId, collectionIds);
        const verdict = theirs === null ? null : judge(judged, theirs, { cosine, ...limitsOf(request, models) });
        return verdict === null ? [] : [{ textId, ...verdict }];
      });
      const found = placed(judgements, {
        limit: request.limit,
        at: (textId) => places(textId, collectionIds, passage.place),
      });
      return { index, mine: passage.mine, distinctWords: judged.shingles.distinctWords, ...found };
    });
    return {
      groups: groups.filter(({ matches, sameFileAt }) => matches.length > 0 || sameFileAt.length > 0),
      compared: telling.length,
      tooSmall: own.passages.length - telling.length,
      next: own.next,
      total: own.total,
      collections: searched.map(({ name }) => name),
      searched: {
        documents: searched.reduce((sum, { documents }) => sum + documents, 0),
        chunks: searched.reduce((sum, { chunks }) => sum + chunks, 0),
      },
      notes: notesOf(
        telling.map(({ passage }) => passage),
        [...models.keys()],
      ),
    };
  };
}

function requireBounds({ of, limit }: SimilarRequest): void {
  const count = of.kind === "sent" ? of.passages.length : of.stored.limit;
  if (count >= 0 && count <= maxSimilarPassages && limit >= 1 && limit <= 100) return;
  throw new CommonsError("INPUT_INVALID", `At most ${maxSimilarPassages} passages are compared in one call.`);
}

function segmentsOf(wordIndex: SearchTools["wordIndex"], holders: readonly CollectionRow[]): IndexSegment[] {
  return holders.flatMap(({ id }) => wordIndex.snapshot(id).segments);
}

function termsOf(indexText: string): string[] {
  return indexText.split(" ").filter((term) => term.length > 2);
}

/** Adds the texts that are nearest by vectors, all passages in one pass over each segment. */
function byVectors(
  segments: readonly IndexSegment[],
  {
    model,
    vectors,
    candidates,
    passages,
    request,
  }: {
    model: string;
    vectors: SearchTools["vectors"];
    candidates: readonly CandidateList[];
    passages: readonly OwnPassage[];
    request: SimilarRequest;
  },
): void {
  const asked = passages.flatMap((passage, at) => {
    const vector = passage.vectors.get(model);
    return vector === undefined ? [] : [{ at, vector }];
  });
  if (asked.length === 0) return;
  const floor = Math.min(lookAlikeCosine(model), request.threshold ?? 1);
  const nearest = asked.map(() => new NearestTexts(candidatesByVector, floor));
  const queries = asked.map(({ vector }) => vector);
  for (const segment of segments) vectors.similarities(segment, { model, queries }, nearestVisitor(segment, nearest));
  for (const [index, { at }] of asked.entries()) {
    for (const { segment, slot, cosine } of nearest[index]?.values() ?? [])
      candidates[at]?.add(segment.textIds[slot] ?? 0, cosine);
  }
}

/** A threshold that was given holds for all kinds; else each kind has its own. */
function limitsOf(request: SimilarRequest, models: ReadonlyMap<string, unknown>) {
  const cosines = [...models.keys()].map(lookAlikeCosine);
  return { minCosine: request.threshold ?? Math.min(...cosines), minCopy: request.threshold ?? 0 };
}

interface PlacedText extends Judgement {
  readonly textId: number;
}

/** The best judgements with where they stand; what stands only in the passage itself or in its file elsewhere is none. */
function placed(
  judgements: readonly PlacedText[],
  { limit, at }: { limit: number; at: (textId: number) => SimilarPlaces },
): Pick<SimilarGroup, "matches" | "sameFileAt"> {
  const matches: SimilarMatch[] = [];
  const sameFileAt = new Map<string, SimilarGroup["sameFileAt"][number]>();
  const ordered = judgements.toSorted((a, b) => kindOrder[a.kind] - kindOrder[b.kind] || b.similarity - a.similarity);
  for (const { textId, kind, similarity } of ordered) {
    if (matches.length === limit) break;
    const { found, sameFile } = at(textId);
    for (const place of sameFile) sameFileAt.set(place.sourcePath ?? place.source, place);
    if (found !== null) matches.push({ ...found, match: kind, similarity });
  }
  return { matches, sameFileAt: [...sameFileAt.values()] };
}

function notesOf(passages: readonly OwnPassage[], models: readonly string[]): SearchNote[] {
  const lacking = models.filter((model) => passages.some(({ vectors }) => !vectors.has(model)));
  if (lacking.length === 0) return [];
  const text = `Your own passages have no vectors of ${listOfNames(lacking)}: against collections of ${lacking.length === 1 ? "that model" : "those models"} they were compared by words only, so look-alikes are missing there.`;
  return [{ kind: "vectors-missing", text }];
}
