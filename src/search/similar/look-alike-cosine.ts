/** The least cosine of two passages that are called look-alikes, by model: calibrated for the built-in one, careful for others. */
export function lookAlikeCosine(model: string): number {
  return byModel[model] ?? otherModels;
}

const byModel: Readonly<Record<string, number>> = {
  "words-static-128-v1": 0.8,
};
const otherModels = 0.85;
