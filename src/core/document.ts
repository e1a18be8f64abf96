/** Plain values that Chroma accepts as metadata. */
export type MetadataValue = string | number | boolean;
export type Metadata = Readonly<Record<string, MetadataValue>>;

/** Groups of file types, as tools and the command line name them. */
export const categories = ["code", "documents", "data", "images", "cad", "archives", "other"] as const;
export type Category = (typeof categories)[number];

export const chunkKinds = [
  "function",
  "method",
  "class",
  "type",
  "block",
  "section",
  "window",
  "record",
  "note",
] as const;
export type ChunkKind = (typeof chunkKinds)[number];

/** Where documents come from: one directory on one machine, or the notes of a collection. */
export interface Source {
  /** Stable id: `ws-` and 16 hex digits of (machine, real path); `notes` for notes. */
  readonly key: string;
  readonly kind: "workspace" | "notes";
  /** What people call it: the directory's last name, or "notes". */
  readonly name: string;
  readonly machine: string;
  /** Real path on the host; null for notes. */
  readonly path: string | null;
  readonly repository: Repository | null;
}

/** What git says of a workspace; read from files, never by running git. */
export interface Repository {
  /** Same for all worktrees and clones of one remote: the normalised remote, else the common git directory. */
  readonly id: string;
  readonly name: string;
  readonly remote: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
  readonly isWorktree: boolean;
}

/** A file as the scanner saw it. `signature` changes whenever the file may have changed: size, mtime, ctime, inode. */
export interface FileStat {
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly signature: string;
}

/** A passage with its lines; lines count from 1 and are inclusive. */
export interface Chunk {
  readonly text: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: ChunkKind;
  /** Name of the function, class, heading ...; null for a window. */
  readonly symbol: string | null;
  readonly signature: string | null;
  /** Doc comment, or the heading's path. */
  readonly doc: string | null;
  /** Names that enclose the symbol, outermost first. */
  readonly scope: readonly string[];
}

/** A whole document as a session hands it to the hub. It replaces what was there under (source, path). */
export interface DocumentInput {
  /** Relative to the source, with forward slashes; a note's id. */
  readonly path: string;
  readonly stat: FileStat;
  /** sha256 of the bytes, hex. */
  readonly contentHash: string;
  /** Content hash + extractor version + chunker version; a change of any re-does the document. */
  readonly fingerprint: string;
  /** When the session began to read it, epoch ms: an older reading never replaces a newer one. */
  readonly readAtMs: number;
  readonly fileType: string;
  readonly language: string | null;
  readonly category: Category;
  /** All facts: what was extracted, and over it what was given. */
  readonly metadata: Metadata;
  /** What the user gave apart from what was extracted, so that re-doing the document keeps it; null: nothing. */
  readonly givenMetadata: Metadata | null;
  readonly chunks: readonly Chunk[];
}

/** What the catalog knows of a stored document, enough to tell whether a file changed. */
export interface KnownFile {
  readonly path: string;
  readonly stat: FileStat;
  readonly contentHash: string;
  readonly fingerprint: string;
  readonly category: Category;
  readonly givenMetadata: Metadata | null;
}

/** Receipt: who wrote. Stored with the document. */
export interface Author {
  readonly sessionId: string;
  readonly agent: string;
  readonly workspace: string | null;
  readonly branch: string | null;
  readonly commit: string | null;
}

/** Why a file was not indexed. Every skipped file is counted under one of these. */
export const skipReasons = [
  "ignored",
  "secret",
  "too-large",
  "binary",
  "empty",
  "unreadable",
  /** A link to what has its own name in the workspace, or to nothing. */
  "symlink",
  "symlink-outside",
  "special-file",
  "vanished",
  "invalid-name",
  "generated",
  "minified",
  "vendored",
  "lock-file",
  /** Needs a password. */
  "locked",
  /** Broken, cut short, or not what the name says. */
  "damaged",
  "timed-out",
  /** Needs more memory than an extractor may have. */
  "too-complex",
  /** A picture of a format whose pixels nothing here decodes. */
  "no-decoder",
  "filtered",
  /** Asked for by its name only, and stored with its content because another ingest of the collection asks for that. */
  "has-content",
  /** One item with a photo of its name, in whose document it is: a RAW beside its JPEG, XMP. */
  "companion",
  "over-limit",
  "failed",
] as const;
export type SkipReason = (typeof skipReasons)[number];

export type Freshness =
  | "fresh"
  /** The file differs from what is stored. */
  | "changed"
  | "deleted"
  /** In another workspace: this session may not look. */
  | "unverified"
  /** A note has no file behind it. */
  | "note";
