const largestCode = 32_767;
// Half of what an int32 holds, divided by the largest int8: by Cauchy and Schwarz no dot product overflows, rounding included.
const largestNormOfOne = 2 ** 30 / 128;

/** A query as 16-bit integers. `factor` x (dot product with the codes) / (norm of the other vector) is the cosine. */
export interface QueryCodes {
  /** Padded with zeros. */
  readonly codes: Int16Array;
  /** A float32; 0 for a query without a direction: zeros, or components that are no finite numbers. */
  readonly factor: number;
}

/** Codes of as many components as `stride`, in the finest steps for which every dot product with an int8 vector fits an int32. */
export function queryCodes(query: Float32Array, stride: number): QueryCodes {
  const codes = new Int16Array(stride);
  let largest = 0;
  let squares = 0;
  for (const value of query) {
    largest = Math.max(largest, Math.abs(value));
    squares += value * value;
  }
  // NaN fails this, too.
  if (!(largest > 0 && squares < Infinity)) return { codes, factor: 0 };
  const scale = Math.min(largestCode / largest, largestNormOfOne / Math.sqrt(stride * squares));
  let codeSquares = 0;
  for (const [index, value] of query.entries()) {
    const code = Math.round(value * scale);
    codes[index] = code;
    codeSquares += code * code;
  }
  return { codes, factor: codeSquares === 0 ? 0 : Math.fround(1 / Math.sqrt(codeSquares)) };
}
