/**
 * The least cosine of two passages that are called look-alikes, by model. Of the built-in one it was chosen by pairs of code bases that
 * have nothing to do with each other: docs/decisions/0015-similar-passages.md has the figures, bench/similar/likeness.ts makes them.
 */
export function lookAlikeCosine(model: string): number {
  return byModel[model] ?? otherModels;
}

const byModel: Readonly<Record<string, number>> = {
  "words-static-128-v1": 0.68,
};
// Transformers put everything nearer together.
const otherModels = 0.85;
