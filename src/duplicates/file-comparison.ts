/** Two files, as a person or a model types their paths. */
export interface CompareInput {
  readonly first: string;
  readonly second: string;
  /** What is not known after so many milliseconds is said to be so; absent: no limit. */
  readonly budgetMs?: number | undefined;
}

/** What two files have in common. */
export interface FileComparison {
  /**
   * same: every byte. near: much of what they hold is the same, and the findings say what. undecided: no byte that differs was found, and
   * the time was over before the end.
   */
  readonly verdict: "same" | "near" | "different" | "undecided";
  readonly first: ComparedFile;
  readonly second: ComparedFile;
  /** How they are near, or why they differ, as sentences, the most telling first. Names and values in them are as the files have them. */
  readonly findings: readonly string[];
  /** Of texts: the changed lines as a unified diff, within a bound; null for other files, and where there are none to show. */
  readonly diff: TextDiff | null;
  /** Of images: how far apart they look, in bits of 64, and by which turn; null for other files. */
  readonly picture: { readonly distance: number; readonly turn: string | null } | null;
  /** Of images: what they say of themselves and where that differs; null for other files. */
  readonly tags: TagDifferences | null;
}

export interface ComparedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** The kind of file, by its first bytes and its name, as list_file_types has it; null: unknown. */
  readonly type: string | null;
}

export interface TextDiff {
  readonly added: number;
  readonly removed: number;
  /** Hunks of a unified diff, lines ending with "\n", without the lines that name the files. Secrets are taken out. */
  readonly text: string;
  /** Changed lines that are not shown. */
  readonly leftOut: number;
  /** false: the changes were too many to be told apart; all between the first and the last one counts as changed. */
  readonly isExact: boolean;
}

export interface TagDifferences {
  /** "EXIF DateTimeOriginal"; null: the file does not have the tag. In the order of the first file. */
  readonly rows: readonly { readonly name: string; readonly first: string | null; readonly second: string | null }[];
  /** Tags that differ and are not among the rows. */
  readonly leftOut: number;
  /** Tags that both have with the same value. */
  readonly equal: number;
}
