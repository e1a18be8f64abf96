import type { Category, Metadata, SkipReason } from "../core/document.ts";
import type { DocumentTarget } from "../core/writes.ts";
import type { DocumentReader, ReadLimits } from "../reader/document-reader.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** Whether another scope stores an item, of these paths, with its content; the first path is that of the item. */
export type HasContent = (path: string, paths: readonly string[]) => boolean;

/** `scanned + done` rises over all phases and never falls. */
export interface IngestProgress {
  readonly phase: "scan" | "compare" | "write";
  /** Names that the scan has looked at; stays as it is after the scan. */
  readonly scanned: number;
  /** Files read and handed on; 0 until the phase "write". */
  readonly done: number;
  /** Files to read: the new and the changed ones. null while it is not known. */
  readonly total: number | null;
  /** The path in hand, relative to the workspace. */
  readonly path: string | null;
}

interface WorkOptions {
  readonly workspace: Workspace;
  readonly reader: DocumentReader;
  readonly limits: ReadLimits;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
  readonly onSkip?: (path: string, reason: SkipReason) => void;
}

/** The way to where an ingest writes, asked for when what is to be ingested was looked at: a refused call makes no collection. */
export interface TargetDoor {
  /** Makes the collection if it is missing. */
  open(): Promise<DocumentTarget>;
  /** null when there is no such collection. */
  find(): Promise<DocumentTarget | null>;
}

/** What is chosen of a directory. Errors: INPUT_INVALID for a list without entries or with an empty one. */
export interface Selection {
  /** As a person or a model types it: relative, absolute inside, or below `/workspace`. */
  readonly directory: string;
  readonly recursive: boolean;
  readonly categories?: readonly Category[];
  /** With or without the dot, in any case. */
  readonly extensions?: readonly string[];
  /** Only so many files are taken, in the order of their paths; files that cannot be taken need no place. */
  readonly maxFiles?: number;
}

export interface DirectoryRequest extends WorkOptions, Selection {
  /** false: one chunk for each file, with its path and metadata only. */
  readonly includeContent: boolean;
  /** Items that are left as they are: another scope stores them with their content. Absent: none. */
  readonly hasContent?: HasContent;
  /**
   * Only these new files are looked into: those whose entry changed after the time, epoch ms. Others were left out before for a
   * reason, or deleted from the collection on purpose. Absent: all.
   */
  readonly newSinceMs?: number | null;
}

export interface FileRequest extends WorkOptions {
  readonly path: string;
  /** Added to what was extracted, and kept when the file changes. Absent: what is stored stays; `{}` removes it. */
  readonly metadata?: Metadata;
  readonly includeContent?: boolean;
}

export interface PathsRequest extends WorkOptions {
  /** Relative to the workspace's root, with forward slashes, as documents are stored. */
  readonly paths: readonly string[];
  readonly includeContent?: boolean;
  /** Only documents of these kinds. Absent: all. */
  readonly categories?: readonly Category[];
  /** Only files with these endings, and photos that others belong to. Absent: all. */
  readonly extensions?: readonly string[];
}

export interface IngestReport {
  readonly files: {
    readonly added: number;
    readonly changed: number;
    readonly renamed: number;
    readonly unchanged: number;
    readonly removed: number;
    readonly skipped: number;
    /** Another session had stored a newer reading. */
    readonly superseded: number;
  };
  /** An ignored directory counts as one. */
  readonly skippedBy: Readonly<Partial<Record<SkipReason, number>>>;
  /** Up to three paths for each reason. */
  readonly skippedSamples: Readonly<Partial<Record<SkipReason, readonly string[]>>>;
  readonly chunks: number;
  readonly embedded: number;
  readonly reused: number;
  readonly ms: number;
  /** Of the files taken, changed or not. */
  readonly sizeBytes: number;
  /** Characters of the texts that were cut into chunks. */
  readonly textLength: number;
  /** The same by category, and into how many chunks, of what is cut by its length: how long chunks are tells the next price. */
  readonly texts: Readonly<Partial<Record<Category, { readonly chunks: number; readonly textLength: number }>>>;
  /** Whether `maxFiles` left files out; how many is `skippedBy["over-limit"]`. */
  readonly isTruncated: boolean;
  /** Keys and tokens that were taken out of the texts, and how many files had some. */
  readonly redacted: { readonly files: number; readonly secrets: number };
  /**
   * Files that are broken in part, as a photo that is still being copied: what they say was stored all the same. Up to three paths, with
   * what is known of the damage; absent: none.
   */
  readonly damagedInPart?: { readonly files: number; readonly samples: readonly string[] };
  /** Up to 20 files that could not be read or cut, with the error. */
  readonly failed: readonly { readonly path: string; readonly message: string }[];
}
