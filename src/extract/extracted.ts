import type { Category, Chunk, Metadata, SkipReason } from "../core/document.ts";

/** What the positions of a document's passages count. Text files count lines; the others name theirs in `metadata.unit`. */
export const partUnits = ["line", "page", "slide", "sheet", "cell", "section", "record"] as const;
export type PartUnit = (typeof partUnits)[number];

/** A passage that an extractor knows as such: a page, a slide, a cell, a table. Never blank; too long ones are cut later. */
export interface TextPart extends Omit<Chunk, "startLine" | "endLine"> {
  /** Position in units, from 1, inclusive; of `text` lines end with "\n". */
  readonly start: number;
  readonly end: number;
}

/** What an extractor makes of a file. */
export type Extracted =
  /** Text whose line n is line n of the file, or of the text that the format holds; `metadata` has plain facts. */
  | { readonly kind: "text"; readonly text: string; readonly metadata: Metadata }
  | {
      readonly kind: "parts";
      readonly unit: PartUnit;
      readonly parts: readonly TextPart[];
      readonly metadata: Metadata;
    }
  /** `message` says more than the reason, in a few words without the path: "needs a password". */
  | { readonly kind: "skipped"; readonly reason: SkipReason; readonly message?: string };

/** A file as it is cut into chunks. */
export interface ExtractedDocument {
  readonly fileType: string;
  readonly language: string | null;
  readonly category: Category;
  readonly content: Exclude<Extracted, { kind: "skipped" }>;
  readonly extractorVersion: string;
}

export type Extraction =
  | { readonly kind: "document"; readonly document: ExtractedDocument }
  | { readonly kind: "skipped"; readonly reason: SkipReason; readonly message?: string };

/** An open file of the workspace. */
export interface FileContent {
  /** Relative to the workspace. */
  readonly path: string;
  readonly sizeBytes: number;
  /** true: the project takes it in (`-linguist-generated`, `!` in .commonsignore), whatever its lines look like. */
  readonly isHandWritten?: boolean;
  /** Of a photo: the RAW and XMP files that are one item with it. Absent: none. */
  readonly companions?: readonly FileContent[];
  /** Bytes from `offset`, at most `length`; fewer where the file ends. Errors: the file system's. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** Pure: decoded text in, text or parts out. */
export type TextExtractor = (text: string, type: FileType) => Extracted;

/**
 * Bytes in, text or parts out. May load a library with `await import(...)`, never at the top of its file. Throws DamagedFile for a
 * file that is not what its name says, or is broken; anything else that it throws is reported as a failure of ours. Bounds its
 * own output: what a small file unpacks to must not fill the memory.
 */
export type BytesExtractor = (file: FileContent, type: FileType) => Promise<Extracted>;

/**
 * How a type's content is read. `text`: decoded whole, up to `ingest.maxFileBytes`. `whole`: all bytes, up to
 * `ingest.maxDocumentBytes`. `ranges`: only what the extractor asks for, of any size. `name`: not opened; a record of name and size.
 * `nothing`: machine code and the like, skipped as binary.
 */
export type Extractor =
  | { readonly reads: "text"; readonly extract: TextExtractor }
  | { readonly reads: "whole"; readonly extract: BytesExtractor }
  | { readonly reads: "ranges"; readonly extract: BytesExtractor }
  | { readonly reads: "name" }
  | { readonly reads: "nothing" };

/** One kind of file: how it is recognised, and what is taken from it. */
export interface FileType {
  readonly id: string;
  readonly category: Category;
  readonly language: string | null;
  /** Lower case, without the dot; a name may match by several parts, for example "env.example". */
  readonly extensions: readonly string[];
  /** Whole file names, lower case. */
  readonly fileNames: readonly string[];
  /** One sentence for people. */
  readonly extracts: string;
  readonly extractor: Extractor;
  /** Bytes of text to expect of a file of `sizeBytes` that begins with `head`; 0: left out. Absent: the file's size. */
  readonly expectedBytes?: (head: string, sizeBytes: number) => number;
  /** Chunks to expect where it is not the length of the text that decides; `head` has one character a byte. Absent: by the bytes. */
  readonly expectedChunks?: (head: string, sizeBytes: number) => number;
  /** Changes whenever the same bytes would give another text or other metadata. */
  readonly version: string;
}

/** The file is broken, cut short, or not of the format that its name promises. */
export class DamagedFile extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "DamagedFile";
  }
}
