/** Figures of a ranking at a cut-off of ten; each from 0 to 1, higher is better. */
export interface Figures {
  /** One over the rank of the first relevant result; 0 when it is not among the first ten. */
  readonly mrr: number;
  /** Järvelin and Kekäläinen 2002, binary gains, discount 1 / log2(rank + 1), over the best possible order. */
  readonly ndcg: number;
  /** Share of the relevant results among the first ten. */
  readonly recall: number;
}

export const cutOff = 10;

/** `ranked`: keys of results, best first, each at most once. */
export function figuresOf(ranked: readonly string[], relevant: readonly string[]): Figures {
  const wanted = new Set(relevant);
  const top = ranked.slice(0, cutOff);
  const first = top.findIndex((key) => wanted.has(key));
  const gain = top.reduce((sum, key, index) => sum + (wanted.has(key) ? discount(index) : 0), 0);
  let best = 0;
  for (let index = 0; index < Math.min(wanted.size, cutOff); index++) best += discount(index);
  return {
    mrr: first === -1 ? 0 : 1 / (first + 1),
    ndcg: best === 0 ? 0 : gain / best,
    recall: wanted.size === 0 ? 0 : top.filter((key) => wanted.has(key)).length / wanted.size,
  };
}

/** Throws when there is nothing to take the mean of. */
export function meanOf(figures: readonly Figures[]): Figures {
  if (figures.length === 0) throw new Error("There are no figures to take the mean of.");
  const mean = (key: keyof Figures): number => figures.reduce((sum, one) => sum + one[key], 0) / figures.length;
  return { mrr: mean("mrr"), ndcg: mean("ndcg"), recall: mean("recall") };
}

/** Keys in the order of their first appearance. */
export function distinct(keys: readonly string[]): string[] {
  return [...new Set(keys)];
}

function discount(index: number): number {
  return 1 / Math.log2(index + 2);
}
