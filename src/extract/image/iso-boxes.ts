import { sourceWithin, type ImageSource } from "./image-source.ts";

const maxBoxes = 2_000;

/** A box of the ISO base media file format (ISO/IEC 14496-12). */
export interface IsoBox {
  /** Four letters. */
  readonly type: string;
  /** Of a "uuid" box its 32 hex digits; else "". */
  readonly uuid: string;
  /** What stands after the box's header. */
  readonly content: ImageSource;
}

/** The boxes that follow one another in `source` from `start`, at most 2,000; the last may be cut. */
export async function readBoxes(source: ImageSource, start = 0): Promise<{ boxes: IsoBox[]; isCut: boolean }> {
  const boxes: IsoBox[] = [];
  let at = start;
  while (boxes.length < maxBoxes && at < source.sizeBytes) {
    const head = await source.bytes(at, 32);
    if (head.length < 8) return { boxes, isCut: true };
    const type = head.toString("latin1", 4, 8);
    const small = head.readUInt32BE(0);
    if (small === 1 && head.length < 16) return { boxes, isCut: true };
    const size = small === 0 ? source.sizeBytes - at : small === 1 ? Number(head.readBigUInt64BE(8)) : small;
    const headerBytes = (small === 1 ? 16 : 8) + (type === "uuid" ? 16 : 0);
    if (size < headerBytes) return { boxes, isCut: true };
    const uuid = type === "uuid" ? head.toString("hex", headerBytes - 16, headerBytes) : "";
    boxes.push({ type, uuid, content: sourceWithin(source, at + headerBytes, size - headerBytes) });
    if (at + size > source.sizeBytes) return { boxes, isCut: true };
    at += size;
  }
  return { boxes, isCut: false };
}

export function boxOf(boxes: readonly IsoBox[], type: string): IsoBox | undefined {
  return boxes.find((box) => box.type === type);
}

/** A box's content in memory; at most 1 MiB of it. */
export async function boxBytes(box: IsoBox | undefined): Promise<Buffer> {
  return box === undefined ? Buffer.alloc(0) : box.content.bytes(0, Math.min(box.content.sizeBytes, 1024 * 1024));
}

/** Reads a box's fields one after the other; behind the end every number is 0 and `isPast` is true. */
export interface ByteCursor {
  readonly isPast: boolean;
  readonly at: number;
  /** An unsigned number of 0 to 8 bytes, big-endian. */
  number(bytes: number): number;
  /** Text up to the next zero byte. */
  text(): string;
  letters(): string;
}

export function cursorOf(content: Buffer): ByteCursor {
  let at = 0;
  return {
    get isPast() {
      return at > content.length;
    },
    get at() {
      return at;
    },
    number(bytes) {
      const from = at;
      at += bytes;
      if (bytes === 0 || at > content.length) return 0;
      return bytes > 6 ? Number(content.readBigUInt64BE(from)) : content.readUIntBE(from, bytes);
    },
    text() {
      const end = content.indexOf(0, at);
      const text = content.toString("utf8", at, end === -1 ? content.length : end);
      at = end === -1 ? content.length + 1 : end + 1;
      return text;
    },
    letters() {
      at += 4;
      return content.toString("latin1", at - 4, at);
    },
  };
}
