import { existsSync, readFileSync } from "node:fs";
import { CommonsError } from "../core/errors.ts";

/** A vector for each word, as it is trained by the scripts in model/. */
export interface StaticTable {
  readonly id: string;
  /** Even, at most 4,096. */
  readonly dimensions: number;
  /** Row of each word. */
  readonly rowOf: ReadonlyMap<string, number>;
  /** Rows of n-grams follow those of the words; null: unseen words have none. */
  readonly buckets: BucketRule | null;
  /** What a row's whole numbers are multiplied by. */
  readonly scales: Float32Array;
  /** Rows, `dimensions` / 2 bytes each: byte k holds component 2k in its low half and 2k + 1 in its high one, -8 to 7. */
  readonly rows: Int8Array;
}

/** An unseen word is the mean of the rows that its character n-grams are hashed to. */
export interface BucketRule {
  readonly firstRow: number;
  readonly count: number;
  /** UTF-16 units of the shortest and the longest n-gram. */
  readonly ngramMin: number;
  readonly ngramMax: number;
}

interface Header {
  readonly id: string;
  readonly words: number;
  readonly dimensions: number;
  readonly buckets: number;
  readonly vocabularyBytes: number;
  readonly ngramMin: number;
  readonly ngramMax: number;
}

const magic = "CCTABLE1";
const maxHeaderBytes = 65_536;
const maxRows = 1_000_000;
const maxDimensions = 4_096;
const alignment = 16;

/** What a table must be. */
export interface TableLabel {
  readonly id: string;
  readonly dimensions: number;
}

/** PROGRAM_NOT_BUILT when there is no such file; its content is looked at by `readStaticTable`. */
export function requireTableFile(file: string): void {
  if (!existsSync(file)) throw broken(file, "it is not there");
}

/**
 * Reads a table: magic, u32 length of the header, header in JSON, zeros up to a multiple of 16, scales as float32, rows, and the words
 * in the order of their rows, joined by newlines; numbers are little-endian. PROGRAM_NOT_BUILT when the file is missing or broken.
 */
export function readStaticTable(file: string, { id, dimensions }: TableLabel): StaticTable {
  const bytes = contentOf(file);
  const { header, dataStart } = readHeader(bytes, file);
  if (header.id !== id || header.dimensions !== dimensions)
    throw broken(file, `it is ${JSON.stringify(header.id)} of ${header.dimensions} dimensions`);
  const count = header.words + header.buckets;
  const rowsStart = dataStart + count * 4;
  const wordsStart = rowsStart + (count * dimensions) / 2;
  if (bytes.length !== wordsStart + header.vocabularyBytes)
    throw broken(file, `it has ${bytes.length} bytes and should have ${wordsStart + header.vocabularyBytes}`);
  const scales = scalesAt(bytes, dataStart, count);
  if (!scales.every((scale) => scale >= 0 && scale < Infinity)) throw broken(file, "a row's scale is no number");
  const words = bytes.toString("utf8", wordsStart).split("\n");
  if (words.length !== header.words) throw broken(file, `it has ${words.length} words for ${header.words} rows`);
  return {
    id,
    dimensions,
    rowOf: new Map(words.map((word, row) => [word, row])),
    buckets:
      header.buckets === 0
        ? null
        : { firstRow: header.words, count: header.buckets, ngramMin: header.ngramMin, ngramMax: header.ngramMax },
    scales,
    rows: new Int8Array(bytes.buffer, bytes.byteOffset + rowsStart, wordsStart - rowsStart),
  };
}

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw broken(file, "it cannot be read", error);
  }
}

function readHeader(bytes: Buffer, file: string): { readonly header: Header; readonly dataStart: number } {
  if (bytes.length < magic.length + 4 || bytes.toString("latin1", 0, magic.length) !== magic)
    throw broken(file, "it is no table of words");
  const from = magic.length + 4;
  const length = bytes.readUInt32LE(magic.length);
  if (length > maxHeaderBytes || from + length > bytes.length) throw broken(file, "its header is cut");
  const header = parseHeader(bytes.toString("utf8", from, from + length), file);
  return { header, dataStart: Math.ceil((from + length) / alignment) * alignment };
}

function parseHeader(json: string, file: string): Header {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw broken(file, "its header is no JSON", error);
  }
  const given = new Map(Object.entries(parsed ?? {}));
  const number = (name: string, least: number, most: number): number => {
    const value: unknown = given.get(name) ?? 0;
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
    throw broken(file, `"${name}" of its header is not from ${least} to ${most}`);
  };
  const buckets = number("buckets", 0, maxRows);
  const ngramMin = number("ngramMin", buckets > 0 ? 1 : 0, 16);
  const header = {
    id: String(given.get("id")),
    words: number("words", 1, maxRows),
    dimensions: number("dimensions", 2, maxDimensions),
    buckets,
    vocabularyBytes: number("vocabularyBytes", 0, 2 ** 30),
    ngramMin,
    ngramMax: number("ngramMax", ngramMin, 16),
  };
  number("bits", 4, 4);
  if (header.dimensions % 2 !== 0) throw broken(file, "its vectors have an odd number of components");
  return header;
}

/** A copy where the machine or the place in the file asks for one. */
function scalesAt(bytes: Buffer, from: number, count: number): Float32Array {
  const end = from + count * 4;
  if (end > bytes.length) return new Float32Array([Number.NaN]);
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, count * 4);
  return Float32Array.from({ length: count }, (_, index) => view.getFloat32(index * 4, true));
}

function broken(file: string, fact: string, cause?: unknown): CommonsError {
  return new CommonsError("PROGRAM_NOT_BUILT", `The table of the built-in embedding cannot be used: ${fact}.`, {
    hint: "Install chroma-commons again; in its source tree run npm run build.",
    details: { file },
    cause,
  });
}
