import { blocksFrom, type FileBytes, type OpenPair, type PassOptions } from "./compare-bytes.ts";
import { allWhiteSpace } from "./text-layout.ts";

/** Makes blocks of a file free of what its layout is; keeps what it must know at the next block. */
interface Normalizer {
  take(block: Buffer): Buffer;
  end(): Buffer;
}

const [tab, newline, carriageReturn, blank] = [9, 10, 13, 32];
const markBytes = 3;
const backBytes = 65_536;

const levels: readonly (readonly [words: string, make: (isAtStart: boolean) => Normalizer])[] = [
  ["line ends", unixLines],
  [allWhiteSpace, singleBlanks],
];

/**
 * What two texts in UTF-8, or in one byte a letter, differ in when they say the same, as parts of a sentence; null: they say something else,
 * or differ in more. Reads both from their first difference on, a megabyte at a time, until they differ in more than layout. Errors: the
 * signal's reason, the file system's.
 */
export async function streamedLayoutDifferences(
  pair: OpenPair,
  offset: number,
  pass: PassOptions,
): Promise<string[] | null> {
  const marks = [markLength(pair.first), markLength(pair.second)] as const;
  const start = offset < markBytes ? 0 : commonStart(pair.first, offset);
  const from = start < markBytes ? marks : ([start, start] as const);
  const mark = marks[0] === marks[1] ? [] : [`byte order mark (${marks[0] > 0 ? "first" : "second"} only)`];
  for (const [words, make] of levels) {
    const isAtStart = start < markBytes;
    const first = normalized(pair.first, from[0], { normalizer: make(isAtStart), pass });
    const second = normalized(pair.second, from[1], { normalizer: make(isAtStart), pass });
    if (await areEqual(first, second)) return [words, ...mark];
  }
  return null;
}

/** A place before the first difference that stands behind no white space; 0: none was found nearby. */
function commonStart(file: FileBytes, offset: number): number {
  const from = Math.max(0, offset - backBytes);
  const before = file.read(from, offset - from);
  let end = before.length;
  while (end > 0 && isSpace(before[end - 1] ?? 0)) end--;
  // The byte itself is read again: behind it the state of both is the same.
  return end === 0 ? 0 : from + end - 1;
}

function markLength(file: FileBytes): number {
  return file.read(0, markBytes).equals(Buffer.from([0xef, 0xbb, 0xbf])) ? markBytes : 0;
}

async function* normalized(
  file: FileBytes,
  from: number,
  { normalizer, pass }: { readonly normalizer: Normalizer; readonly pass: PassOptions },
): AsyncGenerator<Buffer, void> {
  for await (const block of blocksFrom(file, from, pass)) yield normalizer.take(block);
  yield normalizer.end();
}

/** Whether two streams give the same bytes, however they are cut. Ends with the first difference. */
async function areEqual(first: AsyncGenerator<Buffer, void>, second: AsyncGenerator<Buffer, void>): Promise<boolean> {
  let [a, b]: [Buffer | null, Buffer | null] = [Buffer.alloc(0), Buffer.alloc(0)];
  for (;;) {
    while (a?.length === 0) a = await nextOf(first);
    while (b?.length === 0) b = await nextOf(second);
    if (a === null || b === null) return a === b;
    const length = Math.min(a.length, b.length);
    if (!a.subarray(0, length).equals(b.subarray(0, length))) return false;
    [a, b] = [a.subarray(length), b.subarray(length)];
  }
}

async function nextOf(stream: AsyncGenerator<Buffer, void>): Promise<Buffer | null> {
  const step: IteratorResult<Buffer, void> = await stream.next();
  return step.done === true ? null : step.value;
}

/** Lines end with LF instead of CR LF. */
function unixLines(): Normalizer {
  let isPending = false;
  return {
    take: (block) => {
      if (!isPending && !block.includes(carriageReturn)) return Buffer.from(block);
      const out = Buffer.allocUnsafe(block.length + 1);
      let length = 0;
      for (const byte of block) {
        if (isPending && byte !== newline) out[length++] = carriageReturn;
        isPending = byte === carriageReturn;
        if (!isPending) out[length++] = byte;
      }
      return out.subarray(0, length);
    },
    end: () => Buffer.from(isPending ? [carriageReturn] : []),
  };
}

/** One blank for white space of any length, none at the beginning and the end. */
function singleBlanks(isAtStart: boolean): Normalizer {
  let isPending = false;
  let isFirst = isAtStart;
  return {
    take: (block) => {
      const out = Buffer.allocUnsafe(block.length + 1);
      let length = 0;
      for (const byte of block) {
        if (isSpace(byte)) {
          isPending = true;
          continue;
        }
        if (isPending && !isFirst) out[length++] = blank;
        isPending = false;
        isFirst = false;
        out[length++] = byte;
      }
      return out.subarray(0, length);
    },
    end: () => Buffer.alloc(0),
  };
}

/** As `\s` has it, of plain ASCII. */
function isSpace(byte: number): boolean {
  return byte === blank || (byte >= tab && byte <= carriageReturn);
}
