import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import type { Source } from "../core/document.ts";
import type { PortablePage } from "../core/portable.ts";
import type { Receipt } from "../core/receipts.ts";
import type { IngestScope } from "../core/scopes.ts";
import {
  type ExportCounts,
  type ExportEnd,
  exportFormat,
  type ExportHeader,
  type ExportLine,
  exportVersion,
  parseLine,
  unusable,
} from "./export-lines.ts";
import { PageBuilder } from "./page-builder.ts";
import { cutShort, unpackedLines } from "./unpacked-lines.ts";

/** What an export holds, in the order in which it comes. Only after `end` is it known to be whole. */
export type ExportPart =
  | { readonly kind: "header"; readonly header: ExportHeader }
  | { readonly kind: "page"; readonly page: PortablePage }
  | { readonly kind: "scope"; readonly source: Source; readonly scope: IngestScope }
  | { readonly kind: "receipt"; readonly receipt: Receipt }
  | { readonly kind: "end"; readonly end: ExportEnd };

export interface ReadOptions {
  /** A page ends behind the document with which its lines have so many bytes. */
  readonly pageBytes: number;
}

const lineEnd = "\n";

/**
 * Reads an export from its compressed bytes; memory is bounded by a page, one document, and some 100 bytes for each text and document.
 * Errors: EXPORT_UNUSABLE for whatever is not exactly such a file; those of the stream as they are.
 */
export async function* readExport(file: Readable, { pageBytes }: ReadOptions): AsyncGenerator<ExportPart, void> {
  const digest = createHash("sha256");
  let state: { readonly builder: PageBuilder; scopes: number; receipts: number } | null = null;
  let end: ExportEnd | null = null;
  let lineNumber = 0;
  for await (const bytes of unpackedLines(file)) {
    lineNumber += 1;
    if (end !== null) throw unusable(`Line ${lineNumber} stands behind the end.`);
    const line = decoded(bytes, lineNumber);
    if (state === null) {
      const header = headerOf(line, lineNumber);
      state = { builder: new PageBuilder(header.collection.dimensions), scopes: 0, receipts: 0 };
      yield { kind: "header", header };
    } else if ("end" in line) {
      const { builder, scopes, receipts } = state;
      builder.closeDocument();
      requireWhole(line.end, { sha256: digest.digest("hex"), counts: { ...builder.counts, scopes, receipts } });
      ({ end } = line);
      const page = builder.take();
      if (page !== null) yield { kind: "page", page };
      continue;
    } else {
      const part = taken(line, { state, bytes: bytes.byteLength, pageBytes });
      if (part !== null) yield part;
    }
    digest.update(bytes).update(lineEnd);
  }
  if (end === null) throw cutShort();
  // The stream has ended here: nothing stands behind.
  yield { kind: "end", end };
}

/** Gives the line to the page; a page, scope or receipt that is complete with it. */
function taken(
  line: ExportLine,
  {
    state,
    bytes,
    pageBytes,
  }: {
    state: { readonly builder: PageBuilder; scopes: number; receipts: number };
    bytes: number;
    pageBytes: number;
  },
): ExportPart | null {
  const { builder } = state;
  if ("chunk" in line) {
    builder.chunk(line.chunk, bytes);
    return null;
  }
  builder.closeDocument();
  if ("document" in line) {
    const page = builder.bytes >= pageBytes ? builder.take() : null;
    builder.document(line.document, bytes);
    return page === null ? null : { kind: "page", page };
  }
  if ("text" in line) builder.text(line.text, bytes);
  else if ("source" in line) builder.source(line.source, bytes);
  else if ("author" in line) builder.author(line.author, bytes);
  else if ("scope" in line) {
    state.scopes += 1;
    return { kind: "scope", source: builder.sourceAt(line.scope.source), scope: line.scope.scope };
  } else if ("receipt" in line) {
    state.receipts += 1;
    return { kind: "receipt", receipt: line.receipt };
  } else throw unusable("The file has two headers.");
  return null;
}

function decoded(bytes: Buffer, lineNumber: number): ExportLine {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    if (lineNumber === 1) requireKnownFormat(value);
    return parseLine(value, lineNumber);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
    throw unusable(lineNumber === 1 ? notAnExport : `Line ${lineNumber} is no JSON.`, { cause: error });
  }
}

const notAnExport = "The file is no export of a collection.";

/** Before the rest of the header is looked at: another version may have another one. */
function requireKnownFormat(value: unknown): void {
  const header = fieldOf(value, "header");
  if (fieldOf(header, "format") !== exportFormat) throw unusable(notAnExport);
  const version = fieldOf(header, "version");
  if (version === exportVersion) return;
  throw unusable(
    `The file has version ${JSON.stringify(version)?.slice(0, 40)} of the format; this program reads version ${exportVersion}.`,
    {
      hint: "Nothing was imported. Update chroma-commons, or export the collection again with this version.",
    },
  );
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

function headerOf(line: ExportLine, lineNumber: number): ExportHeader {
  if ("header" in line) return line.header;
  throw unusable(`Line ${lineNumber} must be the header.`);
}

function requireWhole(end: ExportEnd, found: { readonly sha256: string; readonly counts: ExportCounts }): void {
  if (end.sha256 !== found.sha256) throw unusable("The file was altered: its sha256 is another one.");
  for (const [name, count] of Object.entries(found.counts)) {
    // Safe: the schema of the last line has exactly these names.
    const said = end.counts[name as keyof ExportCounts];
    if (said !== count) throw unusable(`The file has ${count} ${name}; its end says ${said}.`);
  }
}
