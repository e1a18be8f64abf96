import type { PageFile } from "./page-file.ts";

export type Cell = null | number | bigint | string | Uint8Array;

/** A row as it stands in a page. `rowid` is null in trees without one (indexes, and tables WITHOUT ROWID). */
export interface PageRow {
  readonly rowid: number | null;
  readonly values: readonly Cell[];
}

export interface PageRows {
  readonly rows: readonly PageRow[];
  /** Cells that cannot be read. */
  readonly unreadable: number;
}

const leafTable = 0x0d;
const leafIndex = 0x0a;
const interiorIndex = 0x02;
const interiorTable = 0x05;
const maxValueBytes = 100_000_000;
// What is no UTF-8 becomes U+FFFD: a note is worth having under a name with one wrong letter. Texts are proven by their hash.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The rows of a b-tree page, of interior pages those that stand in them (https://sqlite.org/fileformat2.html#b_tree_pages); null when the
 * page is no b-tree page. A cell that is not whole is counted and left out.
 */
export function rowsOfPage(file: PageFile, number: number): PageRows | null {
  const page = file.page(number);
  if (page === null) return null;
  const start = number === 1 ? 100 : 0;
  const type = page[start];
  if (type === interiorTable) return { rows: [], unreadable: 0 };
  if (type !== leafTable && type !== leafIndex && type !== interiorIndex) return null;
  const cells = page.readUInt16BE(start + 3);
  const pointers = start + (type === interiorIndex ? 12 : 8);
  const fit = Math.min(cells, Math.floor((page.length - pointers) / 2));
  const rows: PageRow[] = [];
  let unreadable = cells - fit;
  for (let index = 0; index < fit; index++) {
    const row = readCell(file, page, { at: page.readUInt16BE(pointers + 2 * index), type });
    if (row === null) unreadable += 1;
    else rows.push(row);
  }
  return { rows, unreadable };
}

function readCell(file: PageFile, page: Buffer, cell: { readonly at: number; readonly type: number }): PageRow | null {
  try {
    const isTable = cell.type === leafTable;
    let at = cell.at + (cell.type === interiorIndex ? 4 : 0);
    const size = varint(page, at);
    at = size.next;
    const rowid = isTable ? varint(page, at) : null;
    at = rowid?.next ?? at;
    const payload = payloadOf(file, page, { at, size: size.value, isTable });
    return payload === null ? null : { rowid: rowid?.value ?? null, values: valuesOf(payload) };
  } catch (error) {
    // A length that leads out of the page or the record: the cell is damaged.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function payloadOf(
  file: PageFile,
  page: Buffer,
  { at, size, isTable }: { readonly at: number; readonly size: number; readonly isTable: boolean },
): Buffer | null {
  if (size < 1 || size > maxValueBytes) return null;
  const usable = page.length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  const rest = least + ((size - least) % (usable - 4));
  const local = size <= most ? size : rest <= most ? rest : least;
  if (at + local > usable) return null;
  const parts = [page.subarray(at, at + local)];
  let missing = size - local;
  let next = missing > 0 ? page.readUInt32BE(at + local) : 0;
  while (missing > 0) {
    const overflow = next > 1 && next <= file.pageCount ? file.page(next) : null;
    if (overflow === null) return null;
    const part = overflow.subarray(4, 4 + Math.min(missing, usable - 4));
    parts.push(part);
    missing -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

/** https://sqlite.org/fileformat2.html#record_format */
function valuesOf(payload: Buffer): Cell[] {
  const header = varint(payload, 0);
  const values: Cell[] = [];
  let at = header.value;
  for (let type = header.next; type < header.value;) {
    const serial = varint(payload, type);
    type = serial.next;
    const { value, bytes } = valueAt(payload, at, serial.value);
    values.push(value);
    at += bytes;
  }
  if (at !== payload.length) throw new RangeError("The record's values do not fill it.");
  return values;
}

const integerBytes = [0, 1, 2, 3, 4, 6, 8];

function valueAt(payload: Buffer, at: number, serial: number): { readonly value: Cell; readonly bytes: number } {
  if (serial === 0) return { value: null, bytes: 0 };
  if (serial === 7) return { value: payload.readDoubleBE(at), bytes: 8 };
  if (serial === 8 || serial === 9) return { value: serial - 8, bytes: 0 };
  if (serial < 7) return { value: integerAt(payload, at, serial), bytes: integerBytes[serial] ?? 0 };
  if (serial < 12) throw new RangeError("The record has a value of no known type.");
  const bytes = Math.floor((serial - 12) / 2);
  if (at + bytes > payload.length) throw new RangeError("A value is longer than its record.");
  const part = payload.subarray(at, at + bytes);
  return { value: serial % 2 === 0 ? Uint8Array.from(part) : utf8.decode(part), bytes };
}

function integerAt(payload: Buffer, at: number, serial: number): number | bigint {
  if (serial < 6) return payload.readIntBE(at, integerBytes[serial] ?? 1);
  const value = payload.readBigInt64BE(at);
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Numbers up to 2^53; a longer one ends the cell. */
function varint(bytes: Buffer, from: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes.readUInt8(from + index);
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) break;
    if (byte < 0x80) return { value, next: from + index + 1 };
  }
  throw new RangeError("A number is longer than any of ours.");
}
