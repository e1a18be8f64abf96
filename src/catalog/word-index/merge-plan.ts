/** What a plan needs to know of a segment. */
export interface SegmentSize {
  readonly slots: number;
  readonly deadSlots: number;
  readonly postings: number;
}

export interface MergeRules {
  /** Segments that are worth one merge. */
  readonly minInputs: number;
  /** Living postings that the result may have. */
  readonly maxPostings: number;
  /** No input may be larger than all others together: what is copied then doubles each time, so it is copied a few times at most. */
  readonly isBalanced: boolean;
}

/** Neighbours by age: those from `from` to `to` - 1 become one. */
export interface MergeWindow {
  readonly from: number;
  readonly to: number;
}

// Some 40,000 passages: a merge of so many takes about a tenth of a second.
const largestMerge = 2_500_000;
const smallMerge = 1_000_000;
const crowd = 32;
const maxSegments = 40;

/**
 * What to merge while a write waits for it: what is small, and more when there are too many segments. As in log-structured merge trees,
 * and in Lucene's LogMergePolicy, only neighbours are merged, so that segments stay in the order of their age.
 */
export function planSmallMerge(sizes: readonly SegmentSize[]): MergeWindow | null {
  const small = planMerge(sizes, { minInputs: 8, maxPostings: smallMerge, isBalanced: true });
  if (small !== null || sizes.length <= crowd) return small;
  const maxPostings = largestResult(sizes);
  const large = planMerge(sizes, { minInputs: 4, maxPostings, isBalanced: true });
  if (large !== null || sizes.length <= maxSegments) return large;
  return planMerge(sizes, { minInputs: 2, maxPostings, isBalanced: false });
}

/** What to merge when nobody waits: fewer segments make faster searches. */
export function planLargeMerge(sizes: readonly SegmentSize[]): MergeWindow | null {
  return planMerge(sizes, { minInputs: 3, maxPostings: largestResult(sizes), isBalanced: true });
}

/** A segment that is mostly dead comes first, then the neighbours whose merge copies least for each segment less. */
function planMerge(sizes: readonly SegmentSize[], rules: MergeRules): MergeWindow | null {
  const living = sizes.map(livingPostings);
  const hollow = sizes.findIndex(
    ({ slots, deadSlots }, index) => 2 * deadSlots > slots && (living[index] ?? 0) <= rules.maxPostings,
  );
  if (hollow !== -1) return { from: hollow, to: hollow + 1 };
  let best: MergeWindow | null = null;
  let bestCost = Infinity;
  for (let from = 0; from < living.length; from++) {
    let total = 0;
    let largest = 0;
    for (let to = from; to < living.length;) {
      const size = living[to++] ?? 0;
      total += size;
      largest = Math.max(largest, size);
      if (total > rules.maxPostings) break;
      const inputs = to - from;
      if (inputs < rules.minInputs || (rules.isBalanced && largest > total - largest)) continue;
      const cost = total / (inputs - 1);
      if (cost < bestCost) [best, bestCost] = [{ from, to }, cost];
    }
  }
  return best;
}

/** Grows with the index: a fixed limit would let the number of segments grow instead. */
function largestResult(sizes: readonly SegmentSize[]): number {
  const total = sizes.reduce((sum, size) => sum + livingPostings(size), 0);
  return Math.max(largestMerge, total / 8);
}

/** At least 1, so that segments without words count too. */
function livingPostings({ slots, deadSlots, postings }: SegmentSize): number {
  return 1 + Math.round((postings * (slots - deadSlots)) / Math.max(1, slots));
}
