import type { Readable } from "node:stream";
import { z } from "zod";
import { countOf } from "../../core/quantities.ts";
import type { ForeignRecord } from "../../core/ports.ts";
import { type EarlierPage, maxRecordLength, pageLength, pageRecords } from "./earlier-place.ts";
import { JsonElements, type JsonPart } from "./json-elements.ts";
import { plainMetadata, recordLength, unreadable } from "./record-metadata.ts";

/** What stands beside the records in a file. */
export interface JsonExportHead {
  /** null: the file names no collection, as a bare list of records. */
  readonly name: string | null;
  readonly exportedAtMs: number | null;
  /** Records as the file says it; null: it does not. */
  readonly records: number | null;
}

export type JsonExportPart =
  /** Comes once, before the first page. */
  { readonly kind: "head"; readonly head: JsonExportHead } | { readonly kind: "page"; readonly page: EarlierPage };

const lists: ReadonlySet<string> = new Set(["documents", "records"]);
// UTF-8 has at most three bytes for a unit of JavaScript's length, and an escape six for one.
const maxElementBytes = maxRecordLength * 3;
/** A file in which so many of the first records are none is something else. */
const probedRecords = 20;

const element = z.object({
  id: z.union([z.string(), z.number()]),
  content: z.string().nullish(),
  document: z.string().nullish(),
  text: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * Reads what `export_collection` of the earlier servers wrote (`{name, exported_at, count, documents: [{id, content, metadata}]}`, all
 * versions), or a list of `{id, document, metadata}`, of any size. Errors: MIGRATION_UNUSABLE, and those of the stream as they are.
 */
export async function* readJsonExport(file: Readable): AsyncGenerator<JsonExportPart, void> {
  const elements = new JsonElements({ lists, maxElementBytes });
  const reading = new Reading();
  // Safe: a stream that was not given an encoding gives buffers.
  for await (const bytes of file as AsyncIterable<Buffer>)
    for (const part of elements.feed(bytes)) {
      const done = reading.take(part);
      if (done !== null) yield done;
    }
  elements.end();
  if (!reading.hasList)
    throw unreadable("The file has no list of documents: it is no export of a collection.", {
      hint: 'Give what export_collection wrote, or a list of {"id", "document", "metadata"}.',
    });
  const rest = reading.page();
  if (rest !== null) yield { kind: "page", page: rest };
}

class Reading {
  hasList = false;
  readonly #members = new Map<string, unknown>();
  #records: ForeignRecord[] = [];
  #length = 0;
  #tooLarge = 0;
  #withoutId = 0;
  #count = 0;
  #usable = 0;

  take(part: JsonPart): JsonExportPart | null {
    if (part.kind === "member") {
      if (part.json !== null) this.#members.set(part.key, parsed(part.json, `"${part.key.slice(0, 40)}"`));
      return null;
    }
    if (part.kind === "list") {
      if (this.hasList) return null;
      this.hasList = true;
      return { kind: "head", head: headOf(this.#members) };
    }
    this.#count += 1;
    if (part.json === null) this.#tooLarge += 1;
    else this.#add(part.json);
    const isFull = this.#length >= pageLength || this.#records.length >= pageRecords;
    const page = isFull ? this.page() : null;
    return page === null ? null : { kind: "page", page };
  }

  /** What has gathered; null: nothing. */
  page(): EarlierPage | null {
    const page = { records: this.#records, tooLarge: this.#tooLarge, withoutId: this.#withoutId };
    [this.#records, this.#length, this.#tooLarge, this.#withoutId] = [[], 0, 0, 0];
    return page.records.length + page.tooLarge + page.withoutId === 0 ? null : page;
  }

  #add(json: string): void {
    const value = element.safeParse(parsed(json, countOf(this.#count, "record")));
    if (!value.success) {
      this.#withoutId += 1;
      if (this.#usable === 0 && this.#count >= probedRecords)
        throw unreadable("The lists of the file hold no records with an id and a text.", {
          hint: 'Give what export_collection wrote, or a list of {"id", "document", "metadata"}.',
        });
      return;
    }
    const { content, document, text } = value.data;
    const id = String(value.data.id);
    const record = { id, document: content ?? document ?? text ?? null, metadata: plainMetadata(value.data.metadata) };
    this.#usable += 1;
    const length = recordLength(id, record.document, record.metadata);
    if (length > maxRecordLength) {
      this.#tooLarge += 1;
      return;
    }
    this.#length += length;
    this.#records.push(record);
  }
}

function parsed(json: string, what: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw unreadable(`The file is no JSON: ${what} is broken.`, {
      hint: "Export the collection again, or copy the file again.",
      cause: error,
    });
  }
}

function headOf(members: ReadonlyMap<string, unknown>): JsonExportHead {
  const [name, exportedAt, count] = [members.get("name"), members.get("exported_at"), members.get("count")];
  const atMs = typeof exportedAt === "string" ? Date.parse(exportedAt) : Number.NaN;
  return {
    name: typeof name === "string" ? name : null,
    exportedAtMs: Number.isFinite(atMs) ? atMs : null,
    records: typeof count === "number" && Number.isSafeInteger(count) && count >= 0 ? count : null,
  };
}
