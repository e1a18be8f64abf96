import type { FileStat, SkipReason } from "../core/document.ts";
import type { PackedDocument } from "../core/writes.ts";
import type { CompanionEnding } from "../workspace/companions.ts";

/** Bytes that are read of a file at most; a larger one is skipped as "too-large". */
export interface ReadLimits {
  /** Of text. */
  readonly maxFileBytes: number;
  /** Of documents whose format must be read whole: PDF, office files. */
  readonly maxDocumentBytes: number;
}

export interface ReadRequest {
  /** Real path of the directory that the file is read below: a workspace's root. */
  readonly root: string;
  /** Relative to `root`, with forward slashes. */
  readonly path: string;
  /** false: name and size only; the file is not opened. */
  readonly includeContent: boolean;
  readonly limits: ReadLimits;
  /** Fingerprints that are stored already, of this file or of vanished ones: a file with one of them is not taken apart again. */
  readonly storedFingerprints: readonly string[];
  /** Endings of what is one item with it (workspace/companions.ts): read with it. Absent: none. */
  readonly companions?: readonly CompanionEnding[];
}

/** A file as it stood at one moment. */
export interface Reading {
  readonly path: string;
  readonly stat: FileStat;
  /** sha256, hex: of the bytes; of name-only files and those that are read in parts of size, time, head and tail. */
  readonly contentHash: string;
  readonly fingerprint: string;
  readonly readAtMs: number;
}

/** What was taken from a file; what the user gave with it comes on top. */
export type DocumentContent = Pick<PackedDocument, "fileType" | "language" | "category" | "metadata" | "chunks">;

export type Unread =
  | { readonly kind: "skipped"; readonly reason: SkipReason; readonly message?: string }
  /** Our own mistake, or the disk's. */
  | { readonly kind: "failed"; readonly message: string };

export type ReadResult =
  | {
      readonly kind: "document";
      readonly reading: Reading;
      readonly content: DocumentContent;
      readonly redacted: number;
    }
  /** Its fingerprint is one of `storedFingerprints`. */
  | { readonly kind: "stored"; readonly reading: Reading }
  | Unread;

/** Reads files of workspaces and makes documents of them. */
export interface DocumentReader {
  /** Never rejects but with CANCELLED after `close`: a file that cannot be read, or breaks an extractor, is one result. */
  read(request: ReadRequest): Promise<ReadResult>;
  /** Lets go of threads and memory at once; what is under way is dropped. */
  close(): Promise<void>;
}
