import type { PhotoClause, PhotoNeed } from "../../core/photo-filter.ts";

/** How much a person means it; what is told by the sun or by a lens is given up first. */
const weights: Readonly<Record<PhotoNeed["kind"], number>> = {
  near: 8,
  box: 8,
  country: 8,
  region: 8,
  dates: 7,
  yearly: 6,
  camera: 5,
  screenshot: 5,
  number: 3,
  format: 3,
  lens: 3,
  flash: 2,
  shape: 2,
  weekdays: 2,
  daylight: 1,
};

/** The clauses that some photo has together. */
export interface KeptClauses {
  /** Ascending indices of the clauses; empty when no photo has any. */
  readonly kept: readonly number[];
  /** Photos that have all of them. */
  readonly photos: number;
}

/**
 * Which clauses to keep so that something is left: all, or else as many as some photo has together, the ones that mean most where it is
 * as many. `counts` has the photos by the bits of the clauses that hold for them, bit 0 for the first.
 */
export function keptClauses(clauses: readonly PhotoClause[], counts: ReadonlyMap<number, number>): KeptClauses {
  let best = 0;
  for (const bits of counts.keys()) if (isBetter(bits, best, clauses)) best = bits;
  const photos = [...counts].reduce((sum, [bits, count]) => ((bits & best) === best ? sum + count : sum), 0);
  return { kept: clauses.flatMap((_, index) => ((best & (1 << index)) === 0 ? [] : [index])), photos };
}

function isBetter(bits: number, than: number, clauses: readonly PhotoClause[]): boolean {
  const [one, other] = [bits, than].map((each) => clauses.filter((_, index) => (each & (1 << index)) !== 0));
  const [count, otherCount] = [one?.length ?? 0, other?.length ?? 0];
  return count !== otherCount ? count > otherCount : weightOf(one ?? []) > weightOf(other ?? []);
}

function weightOf(clauses: readonly PhotoClause[]): number {
  return clauses.reduce((sum, { anyOf }) => sum + Math.max(0, ...anyOf.map(({ kind }) => weights[kind])), 0);
}
