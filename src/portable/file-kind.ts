import { pipeline, Readable } from "node:stream";
import { constants, createGzip, gunzipSync } from "node:zlib";

export interface ProbedFile {
  /**
   * `json`: it begins as JSON does, compressed or not, and not as an export does, so it can only be an earlier server's. `export`: one of
   * ours, or nothing that is known here.
   */
  readonly kind: "export" | "json";
  /** All of the file, its beginning too. */
  readonly file: Readable;
}

const jsonBegins = /^(?:\u{feff})?\s*[[{]/u;
const exportBegins = /^\s*\{\s*"header"/u;
const probedBytes = 1_024;

/** Tells a file's kind by its first bytes. Errors: those of the stream. */
export async function probeFile(file: Readable): Promise<ProbedFile> {
  const parts = file[Symbol.asyncIterator]();
  const begin: Buffer[] = [];
  let bytes = 0;
  while (bytes < probedBytes) {
    const next: IteratorResult<unknown> = await parts.next();
    if (next.done === true) break;
    // Safe: a stream that was not given an encoding gives buffers.
    const part = next.value as Buffer;
    begin.push(part);
    bytes += part.byteLength;
  }
  const head = Buffer.concat(begin);
  const kind = isJson(head.subarray(0, probedBytes)) ? "json" : "export";
  const all = Readable.from(whole(head, { [Symbol.asyncIterator]: () => parts }), { objectMode: false });
  // One that somebody unpacked to look at it: the reader takes it packed.
  const isUnpacked = exportBegins.test(head.toString("utf8", 0, probedBytes));
  return { kind, file: isUnpacked ? packedAgain(all) : all };
}

function isJson(head: Buffer): boolean {
  const text = head.toString("utf8");
  if (jsonBegins.test(text)) return !exportBegins.test(text);
  try {
    // Of a file that goes on behind it.
    const begin = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }).toString("utf8");
    return jsonBegins.test(begin) && !exportBegins.test(begin);
  } catch {
    // No gzip, or a damaged one: the reader of exports says so.
    return false;
  }
}

/** Errors of the file come out of what is returned. */
function packedAgain(file: Readable): Readable {
  const gzip = createGzip({ level: 1 });
  pipeline(file, gzip, () => undefined);
  return gzip;
}

async function* whole(head: Buffer, rest: AsyncIterable<unknown>): AsyncGenerator<unknown, void> {
  if (head.byteLength > 0) yield head;
  yield* rest;
}
