/** Pixels of a side of the small picture that all is computed from: whole blocks for 8, 9 and 12 of a side. */
export const smallSide = 72;
const area = smallSide * smallSide;

/** EXIF's numbers of the ways in which a picture can be turned and mirrored; 1 leaves it. */
export const turns = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export type Turn = (typeof turns)[number];

/** What makes a turn undone. */
export function inverseOf(turn: Turn): Turn {
  if (turn === 6) return 8;
  return turn === 8 ? 6 : turn;
}

/** Where a pixel of the turned picture comes from: sides exchanged first, then counted from the other end. */
function partsOf(turn: Turn): { isTransposed: boolean; isFlippedX: boolean; isFlippedY: boolean } {
  return {
    isTransposed: turn >= 5,
    isFlippedX: turn === 2 || turn === 3 || turn === 7 || turn === 8,
    isFlippedY: turn === 3 || turn === 4 || turn === 6 || turn === 7,
  };
}

/** A square of values, row by row, turned so as EXIF's orientation of that number asks for: 6 turns by 90 degrees clockwise. */
export function turnedSquare(values: Uint8Array, turn: Turn): Uint8Array {
  if (turn === 1) return values;
  const { isTransposed, isFlippedX, isFlippedY } = partsOf(turn);
  const side = Math.sqrt(values.length);
  const last = side - 1;
  const turned = new Uint8Array(values.length);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [across, down] = isTransposed ? [y, x] : [x, y];
      const fromX = isFlippedX ? last - across : across;
      const fromY = isFlippedY ? last - down : down;
      turned[y * side + x] = values[fromY * side + fromX] ?? 0;
    }
  }
  return turned;
}

/**
 * dHash of a small grey picture (72 x 72), 16 hex digits: of 8 rows of 9 blocks, whether each block is darker than its right neighbour, by
 * more than one level of 256: where nothing changes, noise would decide. After Neal Krawetz, "Kind of Like That", hackerfactor.com, 2013.
 */
export function differenceHash(grey: Uint8Array): string {
  const sums = blockSums(grey, 9, 8);
  const bits: boolean[] = [];
  const oneLevel = area / sums.length;
  for (let row = 0; row < 8; row++)
    for (let column = 0; column < 8; column++)
      bits.push((sums[row * 9 + column] ?? 0) + oneLevel < (sums[row * 9 + column + 1] ?? 0));
  return hexOf(bits);
}

/**
 * pHash of a small grey picture (72 x 72) in each of some turns, 16 hex digits: whether each of 8 x 8 low frequencies of its cosine
 * transform, without those that are constant along a side, is above their median. After Christoph Zauner, "Implementation and Benchmarking
 * of Perceptual Image Hash Functions", 2010. In whole numbers, so that every machine finds the same.
 */
export function frequencyHashes(grey: Uint8Array, wanted: readonly Turn[]): string[] {
  const frequencies = lowFrequencies(grey);
  return wanted.map((turn) => {
    const turned = turnedFrequencies(frequencies, turn);
    const order = turned.toSorted();
    const median = ((order[31] ?? 0) + (order[32] ?? 0)) / 2;
    return hexOf([...turned].map((value) => value > median));
  });
}

/** 8 rows of 8: of the frequencies 1 to 8 down the sum with those across. */
function lowFrequencies(grey: Uint8Array): Float64Array {
  const cosines = cosineTable();
  const rows = new Float64Array(smallSide * 8);
  for (let y = 0; y < smallSide; y++) {
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let x = 0; x < smallSide; x++) sum += (grey[y * smallSide + x] ?? 0) * (cosines[u * smallSide + x] ?? 0);
      rows[u * smallSide + y] = sum;
    }
  }
  const frequencies = new Float64Array(64);
  for (let v = 0; v < 8; v++) {
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let y = 0; y < smallSide; y++) sum += (rows[u * smallSide + y] ?? 0) * (cosines[v * smallSide + y] ?? 0);
      frequencies[v * 8 + u] = sum;
    }
  }
  return frequencies;
}

/** What the turned picture's are: of a mirrored side the odd frequencies change their sign. */
function turnedFrequencies(frequencies: Float64Array, turn: Turn): Float64Array {
  const { isTransposed, isFlippedX, isFlippedY } = partsOf(turn);
  return frequencies.map((_, index) => {
    const [u, v] = isTransposed ? [index >> 3, index & 7] : [index & 7, index >> 3];
    const isNegative = (isFlippedX && u % 2 === 0) !== (isFlippedY && v % 2 === 0);
    const value = frequencies[v * 8 + u] ?? 0;
    return isNegative ? -value : value;
  });
}

/** Cosines of the frequencies 1 to 8 over a side, times 4096. */
function cosineTable(): Int32Array {
  const table = new Int32Array(8 * smallSide);
  for (let u = 0; u < 8; u++)
    for (let x = 0; x < smallSide; x++)
      table[u * smallSide + x] = Math.round(4096 * Math.cos(((2 * x + 1) * (u + 1) * Math.PI) / (2 * smallSide)));
  return table;
}

/** Sums of the blocks of a small picture, `columns` by `rows`, row by row; both divide 72. */
export function blockSums(values: Uint8Array, columns: number, rows: number): Uint32Array {
  const [width, height] = [smallSide / columns, smallSide / rows];
  const sums = new Uint32Array(columns * rows);
  for (let index = 0; index < area; index++) {
    const column = Math.floor((index % smallSide) / width);
    const row = Math.floor(Math.floor(index / smallSide) / height);
    const block = row * columns + column;
    sums[block] = (sums[block] ?? 0) + (values[index] ?? 0);
  }
  return sums;
}

function hexOf(bits: readonly boolean[]): string {
  let hex = "";
  for (let at = 0; at < bits.length; at += 4)
    hex += ((bits[at] ? 8 : 0) + (bits[at + 1] ? 4 : 0) + (bits[at + 2] ? 2 : 0) + (bits[at + 3] ? 1 : 0)).toString(16);
  return hex;
}
