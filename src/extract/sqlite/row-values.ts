import { DamagedFile } from "../extracted.ts";
import type { DatabasePages } from "./database-pages.ts";
import type { PageBudget } from "./table-tree.ts";

export type RowValue = string | number | null;

const maxPayloadBytes = 262_144;
const maxColumns = 64;

/** The values of one row of a table: text and whole numbers; anything else is null. Errors: DamagedFile. */
export async function readRow(
  pages: DatabasePages,
  { bytes, offset }: { bytes: Buffer; offset: number },
  budget: PageBudget,
): Promise<RowValue[]> {
  const payloadBytes = readVarint(bytes, offset);
  const rowId = readVarint(bytes, payloadBytes.end);
  const payload = await payloadOf(pages, { bytes, start: rowId.end, length: payloadBytes.value, budget });
  const headerBytes = readVarint(payload, 0);
  const types: number[] = [];
  for (let at = headerBytes.end; at < headerBytes.value && types.length < maxColumns;) {
    const type = readVarint(payload, at);
    types.push(type.value);
    at = type.end;
  }
  let at = headerBytes.value;
  return types.map((type) => {
    const length = valueBytes(type);
    const value = payload.subarray(at, at + length);
    at += length;
    if (value.length < length && payload.length < maxPayloadBytes) throw new DamagedFile("has a broken row");
    return valueOf(value, type, pages.encoding);
  });
}

/** A row's bytes; what does not fit its page goes on in a chain of others. The end of a very long one is left out. */
async function payloadOf(
  pages: DatabasePages,
  { bytes, start, length, budget }: { bytes: Buffer; start: number; length: number; budget: PageBudget },
): Promise<Buffer> {
  const local = localBytes(length, pages.usableBytes);
  const first = bytes.subarray(start, start + local);
  if (first.length < local) throw new DamagedFile("has a broken row");
  if (local === length) return first;
  const wanted = Math.min(length, maxPayloadBytes);
  const pieces = [first];
  let have = local;
  if (start + local + 4 > bytes.length) throw new DamagedFile("has a broken row");
  let next = bytes.readUInt32BE(start + local);
  while (have < wanted && next !== 0) {
    if (budget.left-- <= 0) break;
    const page = await pages.read(next);
    const piece = page.subarray(4, Math.min(pages.usableBytes, 4 + wanted - have));
    pieces.push(piece);
    have += piece.length;
    next = page.readUInt32BE(0);
  }
  return Buffer.concat(pieces);
}

/** How much of a row stands in a table's leaf itself. */
function localBytes(length: number, usable: number): number {
  const most = usable - 35;
  if (length <= most) return length;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const wanted = least + ((length - least) % (usable - 4));
  return wanted <= most ? wanted : least;
}

/** One to nine bytes, seven bits each, the highest first. */
function readVarint(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  for (let at = start; at < start + 9; at++) {
    const byte = bytes[at];
    if (byte === undefined) break;
    if (at === start + 8) return { value: value * 256 + byte, end: at + 1 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  throw new DamagedFile("has a broken row");
}

function valueBytes(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][type] ?? 0;
}

function valueOf(value: Buffer, type: number, encoding: DatabasePages["encoding"]): RowValue {
  if (type >= 13 && type % 2 === 1) return new TextDecoder(encoding).decode(value);
  if (type === 8 || type === 9) return type - 8;
  if (type >= 1 && type <= 5 && value.length > 0) return value.readIntBE(0, value.length);
  return null;
}
