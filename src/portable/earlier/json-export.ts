import type { Readable } from "node:stream";
import { z } from "zod";
import { countOf } from "../../core/quantities.ts";
import type { ForeignRecord } from "../../core/ports.ts";
import { type EarlierPage, maxRecordLength, pageLength, pageRecords } from "./earlier-place.ts";
import { columnNames, JsonColumns } from "./json-columns.ts";
import { JsonElements, type JsonPart } from "./json-elements.ts";
import { plainMetadata, recordLength, unreadable } from "./record-metadata.ts";
import { unpacked } from "./unpacked-json.ts";

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
  | { readonly kind: "head"; readonly head: JsonExportHead }
  | { readonly kind: "page"; readonly page: EarlierPage }
  /** Comes last: the head with what stood behind the records, how many there were, and whether any had a vector. */
  | { readonly kind: "tail"; readonly head: JsonExportHead; readonly found: number; readonly hasVectors: boolean };

const lists: ReadonlySet<string> = new Set(["documents", "records", ...columnNames]);
// UTF-8 has at most three bytes for a unit of JavaScript's length, and an escape six for one.
const maxElementBytes = maxRecordLength * 3;
/** A file in which so many of the first records are none is something else. */
const probedRecords = 20;

const recordsHint = 'Give what export_collection wrote, or a list of {"id", "document", "metadata"}.';

const element = z.object({
  id: z.union([z.string(), z.number()]),
  content: z.string().nullish(),
  document: z.string().nullish(),
  text: z.string().nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  embedding: z.unknown().optional(),
});

/**
 * Reads what `export_collection` of the earlier servers wrote (`{name, exported_at, count, documents: [{id, content, metadata}]}`, all
 * versions), or a list of `{id, document, metadata}`, of any size; and columns as Chroma's own `get()` gives them, of a bounded one. Each may be
 * compressed by gzip. Errors: MIGRATION_UNUSABLE, also where nothing of it is a record, and those of the stream as they are.
 */
export async function* readJsonExport(file: Readable): AsyncGenerator<JsonExportPart, void> {
  const elements = new JsonElements({ lists, maxElementBytes });
  const reading = new Reading();
  for await (const bytes of unpacked(file))
    for (const part of elements.feed(bytes)) {
      const done = reading.take(part);
      if (done !== null) yield done;
    }
  elements.end();
  for (const page of reading.end()) yield { kind: "page", page };
  yield reading.tail();
}

class Reading {
  readonly #columns = new JsonColumns();
  #hasList = false;
  #list: string | null = null;
  readonly #members = new Map<string, unknown>();
  #records: ForeignRecord[] = [];
  #length = 0;
  #tooLarge = 0;
  #withoutId = 0;
  #count = 0;
  #usable = 0;
  #hasVectors = false;

  take(part: JsonPart): JsonExportPart | null {
    if (part.kind === "member") {
      // Columns of vectors are longer than a member that is kept.
      if (part.key === "embeddings" && part.json !== "null" && part.json !== "[]") this.#hasVectors = true;
      if (part.json !== null) this.#members.set(part.key, parsed(part.json, `"${part.key.slice(0, 40)}"`));
      return null;
    }
    if (part.kind === "list") {
      this.#list = part.key;
      if (this.#hasList) return null;
      this.#hasList = true;
      return { kind: "head", head: headOf(this.#members) };
    }
    this.#add(part.json);
    const isFull = this.#length >= pageLength || this.#records.length >= pageRecords;
    const page = isFull ? this.#page() : null;
    return page === null ? null : { kind: "page", page };
  }

  /** The rest, when the text has ended. */
  *end(): Generator<EarlierPage, void> {
    if (!this.#hasList)
      throw unreadable("The file has no list of documents: it is no export of a collection.", { hint: recordsHint });
    if (this.#usable === 0 && this.#columns.hasRecords) yield* this.#columns.pages();
    else {
      // Beside records they mean nothing.
      if (this.#usable === 0) this.#withoutId += this.#columns.values;
      if (this.#usable === 0 && this.#withoutId > 0) throw noRecords();
      const page = this.#page();
      if (page !== null) yield page;
    }
  }

  tail(): Extract<JsonExportPart, { kind: "tail" }> {
    const found = this.#usable === 0 && this.#columns.hasRecords ? this.#columns.values : this.#count;
    return { kind: "tail", head: headOf(this.#members), found, hasVectors: this.#hasVectors };
  }

  /** What has gathered; null: nothing. */
  #page(): EarlierPage | null {
    const page = { records: this.#records, tooLarge: this.#tooLarge, withoutId: this.#withoutId };
    [this.#records, this.#length, this.#tooLarge, this.#withoutId] = [[], 0, 0, 0];
    return page.records.length + page.tooLarge + page.withoutId === 0 ? null : page;
  }

  #add(json: string | null): void {
    this.#count += 1;
    const given = json === null ? null : parsed(json, countOf(this.#count, "record"));
    if (this.#isOfColumn(given, json === null)) this.#columns.add(this.#list ?? "", given, json?.length ?? 0);
    else if (json === null) this.#addTooLarge();
    else this.#addRecord(given);
  }

  /** Texts may stand in a list of their own, but records are objects; what is too long to be looked at goes with the others. */
  #isOfColumn(given: unknown, isUnseen: boolean): boolean {
    if (this.#list === null || !columnNames.has(this.#list)) return false;
    return this.#list !== "documents" || (isUnseen ? this.#columns.hasRecords : typeof given !== "object" || !given);
  }

  /** A record all the same. */
  #addTooLarge(): void {
    this.#usable += 1;
    this.#tooLarge += 1;
  }

  #addRecord(given: unknown): void {
    const { data } = element.safeParse(given);
    const metadata = plainMetadata(data?.metadata);
    if (data === undefined || metadata === null) {
      this.#withoutId += 1;
      if (this.#usable === 0 && this.#count >= probedRecords) throw noRecords();
      return;
    }
    const { content, document, text, embedding } = data;
    this.#hasVectors ||= Array.isArray(embedding);
    const id = String(data.id);
    const record = { id, document: content ?? document ?? text ?? null, metadata };
    const length = recordLength(id, record.document, record.metadata);
    if (length > maxRecordLength) return this.#addTooLarge();
    this.#usable += 1;
    this.#length += length;
    this.#records.push(record);
  }
}

function noRecords(): Error {
  return unreadable("The lists of the file hold no records with an id and a text.", { hint: recordsHint });
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
