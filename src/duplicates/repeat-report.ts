export interface RepeatsInput {
  readonly collections: "*" | readonly string[];
  /** Groups at most. */
  readonly limit: number;
  /** The least length of a passage. */
  readonly minCharacters: number;
  /** Whether what stands in two collections counts; else each collection is looked at by itself. */
  readonly isAcross: boolean;
}

/** Where a run of passages stands. */
export interface RepeatPlace {
  readonly collection: string;
  /** For people. */
  readonly source: string;
  /** Directory of the source; null: a note. */
  readonly sourcePath: string | null;
  readonly branch: string | null;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Path and lines for people: `src/a.ts:10-12`, `report.pdf page 3`; of a whole file its path. */
  readonly place: string;
  /** Whether it is in one of the session's own directories. */
  readonly isOwn: boolean;
}

export interface RepeatGroup {
  /**
   * `same-file`: the same bytes; `same-text`: whole files with the same passages; `passages`: a run of them in several files; `in-file`: a
   * run that stands more than once in one file and in no other.
   */
  readonly kind: "same-file" | "same-text" | "passages" | "in-file";
  readonly passages: number;
  /** Of one copy, in bytes. */
  readonly sizeBytes: number;
  /** Of all copies but one, with the further runs. */
  readonly wastedBytes: number;
  /** At most 20. */
  readonly places: readonly RepeatPlace[];
  /** Files that have it; of `in-file` the places of the one. */
  readonly fileCount: number;
  /** Further runs that these files share. */
  readonly furtherRuns: number;
  /** The beginning. */
  readonly text: string;
}

/** Directories or collections that hold the same files, as it is usual: checkouts, and a directory that is in two collections. */
export interface SharedFilesGroup {
  readonly places: readonly {
    readonly collection: string;
    readonly source: string;
    readonly sourcePath: string | null;
    readonly branch: string | null;
  }[];
  readonly files: number;
  readonly equalFiles: number;
}

export interface RepeatReport {
  readonly collections: readonly string[];
  readonly documents: number;
  readonly passages: number;
  /** Most wasted bytes first. */
  readonly groups: readonly RepeatGroup[];
  /** All that were found, shown or not. */
  readonly groupCount: number;
  readonly wastedBytes: number;
  /** Most files first; at most 20. */
  readonly shared: readonly SharedFilesGroup[];
  readonly sharedCount: number;
  /** Different texts that stand in several files and are shorter than `minCharacters`. */
  readonly tooShort: number;
  /** What was left out, and what may have changed meanwhile; one sentence each. */
  readonly notes: readonly string[];
  readonly ms: number;
}
