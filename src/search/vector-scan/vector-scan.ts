import { createPlainScan } from "./plain-scan.ts";
import { createSimdScan } from "./simd-scan.ts";

/**
 * Exact scans over int8 vectors: every vector is compared, so any filter costs nothing and no index must be kept. One for a thread;
 * its columns share one memory.
 */
export interface VectorScan {
  /** `simd`: WebAssembly; `plain`: JavaScript, some twenty times slower, with the same results to the last bit. */
  readonly kind: "simd" | "plain";
  /** A column without vectors. INTERNAL when the memory for it cannot be had. */
  column(shape: ColumnShape): VectorColumn;
}

export interface ColumnShape {
  readonly slots: number;
  /** Components of a vector: 1 to 16,384. */
  readonly dimensions: number;
}

/** Gets the cosines of one query with a run of slots; the array is good until it returns. NaN: the slot has no vector. */
export type BlockVisitor = (queryIndex: number, firstSlot: number, cosines: Float32Array) => void;

/**
 * One vector for each slot, or none. A cosine is -1 to 1: 0 where vector or query is all zeros, NaN where there is no vector, so that
 * no comparison takes a gap for a score. It is that of the stored int8 components, at most 0.001 off. A stored vector's scale says
 * nothing about its direction, so columns do not take it.
 */
export interface VectorColumn extends ColumnShape {
  /** Slots with a vector. */
  readonly count: number;
  /** What the column takes of the memory. */
  readonly sizeBytes: number;
  /** Puts one vector into a slot, or several into as many slots from there on; replaces what was there. */
  set(slot: number, data: Int8Array | Uint8Array): void;
  has(slot: number): boolean;
  /** Cosines of a query of `dimensions` floats with every slot, into an array of `slots`. */
  scores(query: Float32Array, into: Float32Array): void;
  /** The same for several queries in one pass over the memory: a block of vectors meets every query while it is in the cache. */
  similarities(queries: readonly Float32Array[], visit: BlockVisitor): void;
  /** Gives the memory back; the column cannot be used afterwards. */
  free(): void;
}

/** Chooses what this machine can do. */
export function createVectorScan(): VectorScan {
  return createSimdScan() ?? createPlainScan();
}
