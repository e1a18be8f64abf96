import { readFileSync } from "node:fs";
import { CommonsError } from "../core/errors.ts";

/** A part of a country that its people name with their cities. */
export interface Region {
  /** ISO 3166-1 code of the country. */
  readonly country: string;
  /** As GeoNames numbers it, or as people shorten it: "TX". */
  readonly code: string;
  readonly name: string;
}

/** Cities as columns, one number of each for a row; rows stand from south to north. */
export interface PlaceTable {
  readonly rows: number;
  /** ISO 3166-1 codes; `countryOf` has indexes into it. */
  readonly countries: readonly string[];
  /** `regionOf` has indexes into it; 255: none. */
  readonly regions: readonly Region[];
  readonly latitudes: Float32Array;
  readonly longitudes: Float32Array;
  /** People; negative: those of a part of a city, as a district is. */
  readonly populations: Int32Array;
  readonly countryOf: Uint8Array;
  readonly regionOf: Uint8Array;
  /** In the order of the rows, UTF-8, a newline between two. */
  readonly names: Buffer;
}

export const noRegion = 255;
const magic = "CCPLACE1";

interface Header {
  readonly rows: number;
  readonly countries: readonly string[];
  readonly regions: readonly Region[];
}

/**
 * The table as bytes: magic, u32 length of the header, header in JSON padded with blanks to a multiple of 4, the columns in the order of
 * the interface, the names. Numbers are little-endian.
 */
export function placeTableBytes(table: PlaceTable): Buffer {
  const { rows, countries, regions } = table;
  const plain = JSON.stringify({ rows, countries, regions } satisfies Header);
  const header = Buffer.from(plain.padEnd(plain.length + ((4 - (Buffer.byteLength(plain) % 4)) % 4)));
  const start = Buffer.alloc(12);
  start.write(magic, "latin1");
  start.writeUInt32LE(header.length, 8);
  const columns = [table.latitudes, table.longitudes, table.populations, table.countryOf, table.regionOf];
  const bytes = columns.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength));
  return Buffer.concat([start, header, ...bytes, table.names]);
}

/** Reads what `placeTableBytes` made. PROGRAM_NOT_BUILT when the file is missing or broken. */
export function readPlaceTable(file: string): PlaceTable {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw broken(file, error);
  }
  try {
    return tableOf(bytes);
  } catch (error) {
    throw broken(file, error);
  }
}

function tableOf(bytes: Buffer): PlaceTable {
  if (bytes.toString("latin1", 0, 8) !== magic) throw new Error("it is not a table of places");
  const start = 12 + bytes.readUInt32LE(8);
  // Safe: the magic says that the generator of this program wrote the header.
  const { rows, countries, regions } = JSON.parse(bytes.toString("utf8", 12, start)) as Header;
  if (bytes.length < start + rows * 14) throw new Error("it is cut short");
  // Columns of four bytes must begin at a multiple of four, also where the file lies in a shared buffer.
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
  const at = byteOffset + start;
  return {
    rows,
    countries,
    regions,
    latitudes: new Float32Array(buffer, at, rows),
    longitudes: new Float32Array(buffer, at + rows * 4, rows),
    populations: new Int32Array(buffer, at + rows * 8, rows),
    countryOf: new Uint8Array(buffer, at + rows * 12, rows),
    regionOf: new Uint8Array(buffer, at + rows * 13, rows),
    names: bytes.subarray(start + rows * 14),
  };
}

function broken(file: string, cause: unknown): CommonsError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CommonsError("PROGRAM_NOT_BUILT", `The table of places cannot be used: ${why}.`, {
    hint: "Install chroma-commons again; in its source tree run npm run build.",
    details: { file },
    cause,
  });
}
