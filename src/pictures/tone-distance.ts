// Noise of a compression is no strength that may be raised.
const leastStrength = 2;

/** Mean difference after both got one mean and one strength: 0 of the same, about 1 by chance. */
export function toneDistance(first: Uint8Array | undefined, second: Uint8Array | undefined): number {
  const one = scaled(first);
  const other = scaled(second);
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;
}

function scaled(values: Uint8Array = new Uint8Array(1)): Float64Array {
  const middle = mean(values, (value) => value);
  const strength = Math.max(
    leastStrength,
    mean(values, (value) => Math.abs(value - middle)),
  );
  return Float64Array.from(values, (value) => (value - middle) / strength);
}

/** Mean difference as they are. */
export function levelDistance(first: Uint8Array = new Uint8Array(), second: Uint8Array = new Uint8Array()): number {
  return first.reduce((sum, value, index) => sum + Math.abs(value - (second[index] ?? 0)), 0) / first.length;
}

export function mean(values: Uint8Array = new Uint8Array(1), of: (value: number) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0) / values.length;
}
