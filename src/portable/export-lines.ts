import { z } from "zod";
import { categories, chunkKinds, type Author, type Source } from "../core/document.ts";
import { latestMs } from "../core/moment.ts";
import { CommonsError } from "../core/errors.ts";
import type { PortableChunk, PortableDocument, PortableVector } from "../core/portable.ts";
import { receiptActions, type Receipt } from "../core/receipts.ts";
import type { IngestScope } from "../core/scopes.ts";

/**
 * The format: gzip of JSON lines, UTF-8, each an object with one key that says what it is. First `header`, last `end`; between them, in any
 * order but each before its first use: `source`, `author`, `text`, `document` with its `chunk` lines right behind it, `scope`, `receipt`.
 * Sources, authors and texts have no numbers of their own: others name them by their place among their like, from 0.
 */
export const exportFormat = "chroma-commons-export";
export const exportVersion = 1;

/** Of one line, in bytes: a text has at most 200,000 characters. */
export const maxLineBytes = 8 * 1024 * 1024;

export interface ExportHeader {
  readonly format: typeof exportFormat;
  readonly version: typeof exportVersion;
  readonly exportedAtMs: number;
  /** Version of the program that wrote the file. */
  readonly program: string;
  readonly collection: {
    readonly name: string;
    readonly embedder: string;
    /** Length of all vectors; null: there are none. */
    readonly dimensions: number | null;
    readonly createdAtMs: number;
    /** Agent and workspace that made it, for people. */
    readonly owner: string;
  };
}

export interface ExportCounts {
  readonly sources: number;
  readonly authors: number;
  readonly texts: number;
  readonly vectors: number;
  readonly documents: number;
  readonly chunks: number;
  readonly scopes: number;
  readonly receipts: number;
}

export interface ExportEnd {
  readonly counts: ExportCounts;
  /** Whether all of it is the state of one moment: others may write while a collection is read. */
  readonly isConsistent: boolean;
  /** Of all lines before this one with their line ends, hex. */
  readonly sha256: string;
}

export interface ExportedText {
  readonly text: string;
  readonly vector: PortableVector | null;
}

/** A scope with the place of its source. */
export interface ExportedScope {
  readonly source: number;
  readonly scope: IngestScope;
}

export type ExportLine =
  | { readonly header: ExportHeader }
  | { readonly source: Source }
  | { readonly author: Author }
  | { readonly text: ExportedText }
  | { readonly document: Omit<PortableDocument, "chunks"> }
  | { readonly chunk: PortableChunk }
  | { readonly scope: ExportedScope }
  | { readonly receipt: Receipt }
  | { readonly end: ExportEnd };

const text = (max: number) => z.string().max(max);
/** NUL ends a path where the system reads it. */
const path = text(4_096).refine((value) => !value.includes("\0"), "has a zero character");
const count = z.number().int().min(0);
const place = count.max(0xff_ff_ff_ff);
/** Sizes are added up, and what SQLite adds up has 63 bits: room for as many of this one as a file may have documents. */
const fileBytes = count.max(4e12);
const lineOfFile = count.max(0x7f_ff_ff_ff);
const epochMs = z.number().min(0).max(latestMs);
const wholeMs = epochMs.int();
const metadata = z.record(z.string().max(512), z.union([text(65_536), z.number(), z.boolean()]));

/** Whether a directory is written as scopes are: relative to the source, with forward slashes; "" is the source itself. */
function isInside(directory: string): boolean {
  if (directory === "") return true;
  return (
    !/^[a-zA-Z]:[/\\]/.test(directory) &&
    directory.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}

const author: z.ZodType<Author> = z.strictObject({
  sessionId: text(100),
  agent: text(200),
  workspace: path.nullable(),
  branch: text(1_000).nullable(),
  commit: text(100).nullable(),
});

const source: z.ZodType<Source> = z.strictObject({
  key: z.string().regex(/^[^/#\s]{1,100}$/, "is no source key"),
  kind: z.enum(["workspace", "notes"]),
  name: text(1_000),
  machine: text(1_000),
  path: path.nullable(),
  repository: z
    .strictObject({
      id: text(4_096),
      name: text(1_000),
      remote: text(4_096).nullable(),
      branch: text(1_000).nullable(),
      commit: text(100).nullable(),
      isWorktree: z.boolean(),
    })
    .nullable(),
});

const header: z.ZodType<ExportHeader> = z.strictObject({
  format: z.literal(exportFormat),
  version: z.literal(exportVersion),
  exportedAtMs: epochMs,
  program: text(100),
  collection: z.strictObject({
    name: text(512).min(1),
    embedder: text(300).min(1),
    dimensions: z.number().int().min(1).max(65_536).nullable(),
    createdAtMs: epochMs,
    owner: text(5_000),
  }),
});

const document: z.ZodType<Omit<PortableDocument, "chunks">> = z.strictObject({
  source: place,
  author: place,
  indexedAtMs: wholeMs,
  path: path.min(1),
  stat: z.strictObject({
    sizeBytes: fileBytes,
    mtimeMs: z.number().min(-latestMs).max(latestMs),
    signature: text(200),
  }),
  contentHash: text(128).min(1),
  fingerprint: text(256).min(1),
  readAtMs: epochMs,
  fileType: text(100),
  language: text(100).nullable(),
  category: z.enum(categories),
  metadata,
  givenMetadata: metadata.nullable(),
});

const chunk: z.ZodType<PortableChunk> = z
  .strictObject({
    text: place,
    author: place,
    indexedAtMs: wholeMs,
    startLine: lineOfFile,
    endLine: lineOfFile,
    kind: z.enum(chunkKinds),
    symbol: text(1_000).nullable(),
    signature: text(10_000).nullable(),
    doc: text(100_000).nullable(),
    scope: z.array(text(1_000)).max(100),
  })
  .refine(({ startLine, endLine }) => startLine <= endLine, "ends before it begins");

const exportedText: z.ZodType<ExportedText> = z.strictObject({
  text: text(200_000),
  vector: z
    .strictObject({
      scale: z.number().min(0),
      data: text(100_000).regex(/^[A-Za-z0-9+/]+={0,2}$/, "is no base64"),
    })
    .nullable(),
});

const scope: z.ZodType<ExportedScope> = z.strictObject({
  source: place,
  scope: z.strictObject({
    directory: path.refine(isInside, "leads out of its source"),
    recursive: z.boolean(),
    categories: z.array(z.enum(categories)).max(20).nullable(),
    extensions: z.array(text(100)).max(1_000).nullable(),
    maxFiles: z.number().int().min(1).nullable(),
    includeContent: z.boolean(),
  }),
});

const receipt: z.ZodType<Receipt> = z.strictObject({
  id: count,
  action: z.enum(receiptActions),
  collection: text(512),
  collectionId: text(100),
  kind: z.enum(["permanent", "temporary"]),
  author,
  source: z.strictObject({ key: text(200), name: text(1_000), path: path.nullable() }).nullable(),
  added: count,
  changed: count,
  renamed: count,
  removed: count,
  chunks: count,
  isForced: z.boolean(),
  detail: text(100_000).nullable(),
  startedAtMs: epochMs,
  atMs: epochMs,
  restorableUntilMs: epochMs.nullable(),
});

const counts: z.ZodType<ExportCounts> = z.strictObject({
  sources: count,
  authors: count,
  texts: count,
  vectors: count,
  documents: count,
  chunks: count,
  scopes: count,
  receipts: count,
});

const end: z.ZodType<ExportEnd> = z.strictObject({
  counts,
  isConsistent: z.boolean(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const schemas: Readonly<Record<string, z.ZodType>> = {
  header,
  source,
  author,
  text: exportedText,
  document,
  chunk,
  scope,
  receipt,
  end,
};

/** Checks the shape of one line. Errors: EXPORT_UNUSABLE, naming the line. */
export function parseLine(value: unknown, lineNumber: number): ExportLine {
  const [key, ...more] = typeof value === "object" && value !== null ? Object.keys(value) : [];
  const schema = key === undefined || !Object.hasOwn(schemas, key) ? undefined : schemas[key];
  if (key === undefined || schema === undefined || more.length > 0)
    throw unusable(`Line ${lineNumber} is none that such a file has.`);
  // Safe: `value` is an object with this key, as was just looked at.
  const parsed = schema.safeParse((value as Record<string, unknown>)[key]);
  const issue = parsed.error?.issues[0];
  if (issue !== undefined) {
    const field = [key, ...issue.path].join(".").slice(0, 100);
    throw unusable(`Line ${lineNumber} is not as it must be: ${field} ${issue.message.slice(0, 200)}.`);
  }
  // Safe: each schema has the type that ExportLine gives its key.
  return { [key]: parsed.data } as unknown as ExportLine;
}

/** The error for a file that cannot be imported; nothing of it is visible then. */
export function unusable(
  fact: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): CommonsError {
  return new CommonsError("EXPORT_UNUSABLE", fact, {
    hint: options.hint ?? "Nothing was imported. Export the collection again, or copy the file again.",
    ...(options.cause === undefined ? {} : { cause: options.cause }),
  });
}
