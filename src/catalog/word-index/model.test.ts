import { afterEach, beforeEach, expect, test } from "vitest";
import { makeDirectory } from "../../../test/contracts/catalog-fixture.ts";
import { isDead } from "../../search/index-snapshot.ts";
import { type Connection, openConnection } from "../connection.ts";
import { wordIndexSchema } from "./schema.ts";
import { createWordIndex, type IndexedPassage, type WordIndex } from "./word-index.ts";
import { randomNumbers } from "../../../test/fixtures/random.ts";

const fieldWeights = { path: 1, name: 3, signature: 2, doc: 2, body: 1 } as const;
const vocabulary = [
  "a",
  "ab",
  "abc",
  "abcd",
  "b",
  "ba",
  "x",
  "é",
  "éa",
  "中文",
  "中",
  "文",
  "العربية",
  "\u{1F600}",
  "\uFF5E",
  "z",
];
const collectionIds = [1, 2];
const maxChunkId = 60;

type Model = Map<number, Map<number, IndexedPassage>>;

/** What the index should say of a collection: of each chunk, its columns and the weights of its terms. */
function expected(passages: ReadonlyMap<number, IndexedPassage>) {
  return [...passages.values()]
    .toSorted((a, b) => a.chunkId - b.chunkId)
    .map(({ chunkId, documentId, textId, ...fields }) => {
      const weights = new Map<string, number>();
      let length = 0;
      for (const [field, weight] of Object.entries(fieldWeights)) {
        // Safe: the keys of fieldWeights are fields of a passage.
        for (const term of fields[field as keyof typeof fieldWeights].split(" ").filter(Boolean)) {
          weights.set(term, Math.min(255, (weights.get(term) ?? 0) + weight));
          length++;
        }
      }
      return { chunkId, documentId, textId, length, weights: Object.fromEntries(weights) };
    });
}

/** What the index says, found by asking for every term; asserts what must hold of any snapshot. */
function stored(connection: Connection, index: WordIndex, collectionId: number) {
  return connection.read(() => {
    const { segments, livingSlots, totalLength } = index.snapshot(collectionId);
    const chunks = segments.flatMap((segment) => {
      const weights = Array.from({ length: segment.slots }, () => new Map<string, number>());
      for (const { term, slots } of segment.terms()) {
        const postings = segment.postings(term);
        expect(postings?.count).toBe(slots);
        for (let i = 0; i < slots; i++)
          weights[postings?.slots[i] ?? -1]?.set(term, postings?.weights[i] ?? Number.NaN);
      }
      for (const term of vocabulary) expect(segment.slotsWith(term)).toBe(segment.postings(term)?.count ?? 0);
      expect([...segment.chunkIds]).toEqual([...new Set(segment.chunkIds)].toSorted((a, b) => a - b));
      return weights
        .map((terms, slot) => ({
          chunkId: segment.chunkIds[slot],
          documentId: segment.documentIds[slot],
          textId: segment.textIds[slot],
          length: segment.lengths[slot],
          weights: Object.fromEntries(terms),
        }))
        .filter((_chunk, slot) => !isDead(segment, slot));
    });
    expect(livingSlots).toBe(chunks.length);
    expect(totalLength).toBe(chunks.reduce((sum, { length }) => sum + (length ?? 0), 0));
    expect(segments.length).toBeLessThan(41);
    return chunks.toSorted((a, b) => (a.chunkId ?? 0) - (b.chunkId ?? 0));
  });
}

let place: ReturnType<typeof makeDirectory>;
const open: Connection[] = [];
const connect = (isReadOnly: boolean): Connection => {
  const connection = openConnection({ directory: place.directory, isReadOnly });
  open.push(connection);
  return connection;
};
beforeEach(() => {
  place = makeDirectory();
});
afterEach(() => {
  for (const connection of open.splice(0)) connection.close();
  place.remove();
});

test.each([1, 2, 3])("agrees with a map of passages through thousands of changes (seed %i)", (seed) => {
  const random = randomNumbers(seed);
  let writing = connect(false);
  // What a crash of the machine leaves is the database's matter; without it the test takes a tenth of the time.
  writing.exec("PRAGMA synchronous = OFF");
  writing.write(() => writing.exec(wordIndexSchema));
  let index = createWordIndex(writing);
  const reading = connect(true);
  const reader = createWordIndex(reading);
  let model: Model = new Map(collectionIds.map((id) => [id, new Map()]));
  const field = () => Array.from({ length: random(4) }, () => vocabulary[random(vocabulary.length)] ?? "").join(" ");
  const makePassage = (): IndexedPassage => ({
    chunkId: random(maxChunkId),
    documentId: random(1_000),
    textId: random(2 ** 32),
    path: field(),
    name: field(),
    signature: field(),
    doc: field(),
    body: random(20) === 0 ? "abc ".repeat(300) : field(),
  });

  const batch = (collectionId: number, passages: Map<number, IndexedPassage>): void => {
    const words = index.batch(collectionId);
    for (let changes = random(8); changes > 0; changes--) {
      const passage = makePassage();
      if (random(3) > 0) {
        words.insert(passage);
        passages.set(passage.chunkId, passage);
      } else {
        words.remove(passage.chunkId);
        passages.delete(passage.chunkId);
      }
    }
    words.finish();
  };
  const planned = new Error("as planned");
  /** A transaction of some changes, which fails at its end one time in five. */
  const transaction = (): void => {
    const next: Model = new Map([...model].map(([id, passages]) => [id, new Map(passages)]));
    const fails = random(5) === 0;
    const work = (): void => {
      for (let steps = 1 + random(3); steps > 0; steps--) {
        const collectionId = collectionIds[random(collectionIds.length)] ?? 0;
        const kind = random(40);
        if (kind === 0) index.drop(collectionId);
        if (kind === 0) next.set(collectionId, new Map());
        else if (kind < 4) index.merge(kind === 1 ? null : collectionId);
        else if (kind < 6) index.snapshot(collectionId);
        else batch(collectionId, next.get(collectionId) ?? new Map<number, IndexedPassage>());
      }
      if (fails) throw planned;
    };
    try {
      writing.write(work);
      model = next;
    } catch (error) {
      if (error !== planned) throw error;
    }
  };
  const reopen = (): void => {
    writing.close();
    writing = connect(false);
    writing.exec("PRAGMA synchronous = OFF");
    index = createWordIndex(writing);
  };

  for (let round = 0; round < 500; round++) {
    transaction();
    if (random(100) === 0) reopen();
    if (random(10) > 0) continue;
    for (const collectionId of collectionIds) {
      const truth = expected(model.get(collectionId) ?? new Map());
      expect(stored(writing, index, collectionId)).toEqual(truth);
      expect(stored(reading, reader, collectionId)).toEqual(truth);
    }
  }
  while (writing.write(() => index.merge(null)));
  for (const collectionId of collectionIds)
    expect(stored(reading, reader, collectionId)).toEqual(expected(model.get(collectionId) ?? new Map()));
  const { pages } = writing.prepare<{ pages: number }>("SELECT count(*) AS pages FROM word_pages").get() ?? {
    pages: -1,
  };
  const { named } = writing
    .prepare<{ named: number }>("SELECT ifnull(sum(page_count), 0) AS named FROM word_segments")
    .get() ?? {
    named: -2,
  };
  expect(pages).toBe(named);
});
