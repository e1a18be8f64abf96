import type { Category, Metadata, SkipReason } from "../core/document.ts";

/** A file's text as it is cut into chunks. */
export interface ExtractedDocument {
  readonly fileType: string;
  readonly language: string | null;
  readonly category: Category;
  /** Lines end with "\n"; line n of the text is line n of the file. */
  readonly text: string;
  readonly metadata: Metadata;
  readonly extractorVersion: string;
}

export type Extraction =
  | { readonly kind: "document"; readonly document: ExtractedDocument }
  | { readonly kind: "skipped"; readonly reason: SkipReason };

/** What an extractor adds to the decoded text. */
export interface ExtractorResult {
  readonly text: string;
  readonly metadata: Metadata;
}

/** Pure: text in, text and metadata out. null: the file is machine-made and not worth an index. */
export type TextExtractor = (text: string, type: FileType) => ExtractorResult | null;

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
  /** null: recognised, named and counted, not read. */
  readonly extractor: TextExtractor | null;
  /** Bytes of text to expect of a file of `sizeBytes` that begins with `head`; 0: left out. Absent: the file's size. */
  readonly expectedBytes?: (head: string, sizeBytes: number) => number;
  /** Changes whenever the same bytes would give another text or other metadata. */
  readonly version: string;
}
