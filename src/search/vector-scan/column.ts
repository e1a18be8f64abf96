import { CommonsError } from "../../core/errors.ts";
import { type QueryCodes, queryCodes } from "./query-codes.ts";
import type { ColumnShape, VectorColumn } from "./vector-scan.ts";

/** Where the vectors of one column stand and who multiplies them: what the two kinds of scan do in their own ways. */
export interface ColumnStore {
  readonly sizeBytes: number;
  /** Copies `data`, whole vectors, to the slots from `slot` on and sets their inverse norms. */
  write(slot: number, data: Int8Array): void;
  /** float32(1 / norm) of a slot's components; 0 for a zero vector, NaN without a vector. */
  inverseNorm(slot: number): number;
  /** Makes the queries ready; they stay so until `release`. */
  load(queries: readonly QueryCodes[]): LoadedQueries;
  free(): void;
}

export interface LoadedQueries {
  /** Cosines of the query with the block's slots; good until the next call. */
  score(queryIndex: number, block: Block): Float32Array;
  release(): void;
}

export interface Block {
  readonly first: number;
  /** A multiple of four, or what is left at the end. */
  readonly count: number;
}

const maxDimensions = 16_384;
// With the scores and the queries beside it this stays in the second-level cache, and a call has enough to do.
const blockBytes = 131_072;

/** Components are padded to a multiple of this many. */
const lanes = 16;

export function strideOf(dimensions: number): number {
  return Math.ceil(dimensions / lanes) * lanes;
}

/** Most slots of a block: a multiple of four. */
export function blockSlots(stride: number): number {
  return Math.max(4, Math.floor(blockBytes / stride / 4) * 4);
}

export function requireShape({ slots, dimensions }: ColumnShape): void {
  const isSound = Number.isInteger(slots) && slots >= 0 && Number.isInteger(dimensions);
  if (isSound && dimensions >= 1 && dimensions <= maxDimensions) return;
  throw new CommonsError("INTERNAL", `There is no column of ${slots} vectors of ${dimensions} components.`);
}

/** The column over its store: checks what it is given, counts, and walks over the blocks. */
export function columnOver(store: ColumnStore, { slots, dimensions }: ColumnShape): VectorColumn {
  const stride = strideOf(dimensions);
  let count = 0;
  let isFree = false;
  const requireLive = (): void => {
    if (isFree) throw new CommonsError("INTERNAL", "The column of vectors was given back.");
  };
  const requireThat = (isTrue: boolean, complaint: string): void => {
    requireLive();
    if (!isTrue) throw new CommonsError("INTERNAL", complaint);
  };
  const similarities: VectorColumn["similarities"] = (queries, visit) => {
    const isFitting = queries.every(({ length }) => length === dimensions);
    requireThat(isFitting, `A query has not the ${dimensions} components of the column.`);
    if (slots === 0 || queries.length === 0) return;
    const loaded = store.load(queries.map((query) => queryCodes(query, stride)));
    try {
      for (const block of blocksOf(slots, stride)) {
        for (let index = 0; index < queries.length; index++) {
          visit(index, block.first, loaded.score(index, block));
          requireLive();
        }
      }
    } finally {
      loaded.release();
    }
  };
  return {
    slots,
    dimensions,
    sizeBytes: store.sizeBytes,
    get count() {
      return count;
    },
    set: (slot, data) => {
      const vectors = data.length / dimensions;
      const isInside = Number.isInteger(vectors) && slot >= 0 && slot + vectors <= slots;
      requireThat(isInside && Number.isInteger(slot), `${data.length} bytes do not fit at slot ${slot} of ${slots}.`);
      for (let at = slot; at < slot + vectors; at++) if (Number.isNaN(store.inverseNorm(at))) count++;
      store.write(slot, new Int8Array(data.buffer, data.byteOffset, data.length));
    },
    has: (slot) => {
      requireThat(slot >= 0 && slot < slots, `There is no slot ${slot} of ${slots}.`);
      return !Number.isNaN(store.inverseNorm(slot));
    },
    scores: (query, into) => {
      requireThat(into.length === slots, `Scores of ${slots} slots do not fit ${into.length} places.`);
      similarities([query], (_index, first, cosines) => into.set(cosines, first));
    },
    similarities,
    free: () => {
      if (!isFree) store.free();
      isFree = true;
    },
  };
}

function* blocksOf(slots: number, stride: number): Generator<Block> {
  const most = blockSlots(stride);
  for (let first = 0; first < slots; first += most) yield { first, count: Math.min(most, slots - first) };
}
