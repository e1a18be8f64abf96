import type { Category, ChunkKind, Metadata } from "../core/document.ts";

/** What a filter may ask of a document. */
export interface DocumentFacts {
  readonly path: string;
  readonly language: string | null;
  readonly category: Category;
  /** The source's name and key. */
  readonly source: string;
  readonly sourceKey: string;
  /** The file's mtime; of a note, when it was stored. */
  readonly changedAtMs: number;
  /** When the catalog took it in last. */
  readonly indexedAtMs: number;
  /** Parsed when first asked for. */
  metadata(): Metadata;
}

/** What a filter may ask of a passage beyond its document. */
export interface PassageFacts {
  readonly recordId: string;
  readonly symbol: string | null;
  readonly kind: ChunkKind;
  readonly startLine: number;
  readonly endLine: number;
  /** Read when first asked for. */
  text(): string;
}

/** Filters made ready for many passages. Both functions answer in bounded time, whatever the patterns are. */
export interface PassageFilter {
  /** What the document alone decides; "depends": the passage must be asked too. */
  ofDocument(document: DocumentFacts): boolean | "depends";
  /** Whether `ofDocument` always decides. */
  readonly isOfDocuments: boolean;
  ofPassage(document: DocumentFacts, passage: PassageFacts): boolean;
  /** Index terms (tokenizer's parts) that every passage that passes has in its body: they spare reading texts. Empty: unknown. */
  readonly requiredTerms: readonly string[];
}
