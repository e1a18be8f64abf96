/** Two files, as a person or a model types their paths. */
export interface CompareInput {
  readonly first: string;
  readonly second: string;
}

/** What two files have in common. */
export interface FileComparison {
  readonly verdict: "same" | "near" | "different";
  readonly first: ComparedFile;
  readonly second: ComparedFile;
  /** How they are near, or why they differ, as sentences, the most telling first. */
  readonly findings: readonly string[];
  /** Of texts: the changed lines as a unified diff, within a bound; null for other files. */
  readonly diff: TextDiff | null;
  /** Of images: how far apart they look, in bits of 64, and by which turn; null for other files. */
  readonly picture: { readonly distance: number; readonly turn: string | null } | null;
}

export interface ComparedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

export interface TextDiff {
  readonly added: number;
  readonly removed: number;
  /** Hunks of a unified diff. */
  readonly text: string;
  /** Changed lines that are not shown. */
  readonly leftOut: number;
}
