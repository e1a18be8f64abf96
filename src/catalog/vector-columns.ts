import type { BlockVisitor, VectorColumn, VectorScan } from "../search/vector-scan/vector-scan.ts";
import { strideOf } from "../search/vector-scan/column.ts";
import type { Connection } from "./connection.ts";
import { createVectorLoader, type VectorLoader, type VectorSlots } from "./vector-loading.ts";

/**
 * Vectors of the catalog's segments, ready to be scanned. A segment's vectors are read at its first question and kept until the budget
 * needs their room. All calls belong in a read transaction of the connection that sees the segment.
 */
export interface VectorColumns {
  /**
   * Cosines of the query with the segment's slots, NaN without a vector; null when none has one of the model with the query's length.
   * The array is good until the next question about the same segment and model.
   */
  scores(segment: VectorSlots, model: string, query: Float32Array): Float32Array | null;
  /** The same for several queries of one length in one pass, block by block; false when no slot has a vector. */
  similarities(segment: VectorSlots, questions: Questions, visit: BlockVisitor): boolean;
  /** Lets go of the vectors of all other segments. */
  retain(segmentIds: ReadonlySet<number>): void;
  /** Bytes that are held now. */
  readonly sizeBytes: number;
  /** Lets go of everything; it is read again when it is asked for. */
  clear(): void;
}

export interface Questions {
  readonly model: string;
  readonly queries: readonly Float32Array[];
}

export interface VectorColumnsOptions {
  /** What is held at most, the segment in question aside. */
  readonly budgetBytes?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

const defaultBudgetBytes = 96_000_000;
// A model that embeds its texts anew replaces vectors; to read a large segment after each of its batches would slow every search down.
const rereadAfterMs = 10_000;

interface Held {
  readonly segmentId: number;
  readonly column: VectorColumn;
  readonly scores: Float32Array;
  revision: number;
  /** Vectors that were there before may have been replaced since. */
  isOutdated: boolean;
  readAtMs: number;
}

/** The budget bounds the sum over all segments and models; the least recently asked go first. */
export function createVectorColumns(
  connection: Connection,
  scan: VectorScan,
  { budgetBytes = defaultBudgetBytes, now = () => performance.now() }: VectorColumnsOptions = {},
): VectorColumns {
  const loader = createVectorLoader(connection);
  const cache = new ColumnCache(budgetBytes);

  const columnFor = (segment: VectorSlots, model: string, dimensions: number): Held | null => {
    if (segment.slots === 0 || dimensions === 0) return null;
    const key = `${segment.id} ${model}`;
    const known = cache.find(key);
    const loading = { segment, model, now };
    if (known !== undefined && known.column.dimensions === dimensions) {
      refresh(loader, known, loading);
      return known.column.count === 0 ? null : known;
    }
    cache.remove(key);
    cache.makeRoom(segment.slots * bytesOfSlot(dimensions));
    const held = makeHeld(scan, segment, dimensions);
    // Kept before it is filled, because what the cache does not know is never freed.
    cache.add(key, held);
    try {
      load(loader, held, loading);
    } catch (error) {
      cache.remove(key);
      throw error;
    }
    return held.column.count === 0 ? null : held;
  };
  return {
    scores: (segment, model, query) => {
      const held = columnFor(segment, model, query.length);
      held?.column.scores(query, held.scores);
      return held?.scores ?? null;
    },
    similarities: (segment, { model, queries }, visit) => {
      const held = columnFor(segment, model, queries[0]?.length ?? 0);
      held?.column.similarities(queries, visit);
      return held !== null;
    },
    retain: (segmentIds) => cache.keepOnly(({ segmentId }) => segmentIds.has(segmentId)),
    get sizeBytes() {
      return cache.sizeBytes;
    },
    clear: () => cache.keepOnly(() => false),
  };
}

interface Loading {
  readonly segment: VectorSlots;
  readonly model: string;
  readonly now: () => number;
}

function load(loader: VectorLoader, held: Held, { segment, model, now }: Loading): void {
  const revision = loader.revision(model);
  loader.fill(held.column, { segment, model, slots: "all" });
  held.revision = revision;
  held.isOutdated = false;
  held.readAtMs = now();
}

/** What was missing is read as soon as the model has more; what was there, a little later. */
function refresh(loader: VectorLoader, held: Held, loading: Loading): void {
  const { segment, model, now } = loading;
  const revision = loader.revision(model);
  held.isOutdated ||= revision !== held.revision;
  if (held.isOutdated && now() - held.readAtMs >= rereadAfterMs) return load(loader, held, loading);
  if (revision === held.revision) return;
  if (held.column.count < held.column.slots) loader.fill(held.column, { segment, model, slots: "empty" });
  held.revision = revision;
}

/** Vector, inverse norm and score. */
function bytesOfSlot(dimensions: number): number {
  return strideOf(dimensions) + 8;
}

function makeHeld(scan: VectorScan, { id, slots }: VectorSlots, dimensions: number): Held {
  const column = scan.column({ slots, dimensions });
  const scores = new Float32Array(slots);
  return { segmentId: id, column, scores, revision: 0, isOutdated: false, readAtMs: 0 };
}

/** Columns in the order of their last use. */
class ColumnCache {
  readonly #budgetBytes: number;
  readonly #held = new Map<string, Held>();
  sizeBytes = 0;

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes;
  }

  find(key: string): Held | undefined {
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    this.#held.delete(key);
    this.#held.set(key, held);
    return held;
  }

  add(key: string, held: Held): void {
    this.#held.set(key, held);
    this.sizeBytes += sizeOf(held);
  }

  remove(key: string): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.sizeBytes -= sizeOf(held);
    held.column.free();
  }

  /** Lets the least recently used go until so many bytes fit the budget, or nothing is left. */
  makeRoom(neededBytes: number): void {
    for (const key of this.#held.keys()) {
      if (this.sizeBytes + neededBytes <= this.#budgetBytes) return;
      this.remove(key);
    }
  }

  keepOnly(isWanted: (held: Held) => boolean): void {
    for (const [key, held] of this.#held) if (!isWanted(held)) this.remove(key);
  }
}

function sizeOf({ column, scores }: Held): number {
  return column.sizeBytes + scores.byteLength;
}
