/** The extension by which an index says that it is one half: gitformat-index(5), "Split index". */
export interface SplitIndexLink {
  /** The hash that the shared half is called by. */
  readonly shared: string;
  /** Whether the entry at a position of the shared half was deleted since. */
  readonly isDeleted: (position: number) => boolean;
}

const wordBytes = 8;
// More than an index may hold that is read at all.
const maxEntries = 4_000_000;

/** Reads the content of a "link" extension; null when it names no other half. */
export function parseSplitIndexLink(content: Buffer, hashBytes: number): SplitIndexLink | null {
  if (content.length < hashBytes) return null;
  const shared = content.toString("hex", 0, hashBytes);
  if (/^0+$/.test(shared)) return null;
  return { shared, isDeleted: readBitmap(content.subarray(hashBytes)) };
}

/**
 * Reads an EWAH bitmap as git writes it: number of bits, number of words, words of 64 bits. A word that counts stands before those that it
 * counts: the repeated bit, in 32 bits how many words repeat it, in 31 bits how many follow as they are.
 */
function readBitmap(bytes: Buffer): (position: number) => boolean {
  if (bytes.length < 8) return () => false;
  const count = Math.min(bytes.readUInt32BE(0), maxEntries);
  const set = new Uint8Array(count);
  const end = Math.min(bytes.length, 8 + bytes.readUInt32BE(4) * wordBytes) - wordBytes;
  let position = 0;
  for (let at = 8; at <= end && position < count;) {
    const high = bytes.readUInt32BE(at);
    const low = bytes.readUInt32BE(at + 4);
    const repeated = (low >>> 1) + (high & 1) * 2 ** 31;
    if ((low & 1) === 1) set.fill(1, position, position + repeated * 64);
    position += repeated * 64;
    at += wordBytes;
    for (let left = high >>> 1; left > 0 && at <= end && position < count; left--, at += wordBytes, position += 64)
      for (let bit = 0; bit < 64; bit++)
        set[position + bit] = (bytes.readUInt32BE(bit < 32 ? at + 4 : at) >>> (bit % 32)) & 1;
  }
  return (wanted) => set[wanted] === 1;
}
