import { refused } from "./embedding-failure.ts";

// The largest model in use has 8,192.
const maxDimensions = 16_384;

/**
 * What a model answered, as L2-normalised vectors: one for each text, all of one length. Errors: EMBEDDER_REFUSED for anything else;
 * `isAboutText` when single numbers are wrong, so that the text with the wrong vector can be found.
 */
export function checkedVectors(answer: unknown, { id, count }: { id: string; count: number }): Float32Array[] {
  if (!Array.isArray(answer) || answer.length !== count) {
    const given = Array.isArray(answer) ? `${answer.length} vectors` : "no vectors";
    throw refused(`The model ${id} gave ${given} for ${count} texts.`, {
      hint: "Its server does not do what the protocol says; choose another model or server.",
    });
  }
  const vectors = answer.map((vector: unknown) => normalised(vector, id));
  const lengths = new Set(vectors.map(({ length }) => length));
  if (lengths.size > 1) throw refused(`The model ${id} gave vectors of different lengths: ${[...lengths].join(", ")}.`);
  return vectors;
}

function normalised(given: unknown, id: string): Float32Array {
  const isVector = (Array.isArray(given) || given instanceof Float32Array) && given.length > 0;
  if (!isVector || given.length > maxDimensions) throw refused(`The model ${id} gave something that is no vector.`);
  const vector = new Float32Array(given.length);
  let squares = 0;
  for (let index = 0; index < vector.length; index++) {
    const value: unknown = given[index];
    if (typeof value !== "number" || !Number.isFinite(value))
      throw refused(`The model ${id} gave a vector with something else than numbers.`, { isAboutText: true });
    vector[index] = value;
    squares += value * value;
  }
  const norm = Math.sqrt(squares);
  if (norm === 0 || !Number.isFinite(norm))
    throw refused(`The model ${id} gave a vector without direction.`, { isAboutText: true });
  for (let index = 0; index < vector.length; index++) vector[index] = (vector[index] ?? 0) / norm;
  return vector;
}
