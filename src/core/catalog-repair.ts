/**
 * What is wrong with a catalog. `rebuild`: only a rebuild mends it. `mend`: counters, the word index and vectors of the built-in model
 * follow from the rest and are made anew in place. `update`: the file is of a newer program. `note`: nothing can be done, but it should be known.
 * `blocked`: it could not be looked at (a full disk, permissions), which says nothing of what is in it; `next` is what to do.
 */
export interface CatalogFinding {
  readonly remedy: "rebuild" | "mend" | "update" | "note" | "blocked";
  readonly fact: string;
  readonly next?: string;
}

export interface CatalogCheck {
  readonly findings: readonly CatalogFinding[];
  readonly collections: number;
  readonly documents: number;
  readonly notes: number;
  readonly chunks: number;
}

/** What was found of the damaged file. */
export interface SalvageFacts {
  readonly pages: number;
  /** Pages that are not there any more, or are no pages of a database. */
  readonly damagedPages: number;
  readonly missingPages: number;
  /** Rows in readable pages that are not as they were written. */
  readonly damagedRows: number;
  /** Commits in the write-ahead file behind a damaged place. */
  readonly lostCommits: number;
  /** Rows that were read, by table. */
  readonly rows: Readonly<Partial<Record<string, number>>>;
}

/** A document of a damaged catalog that was not brought back, or only in part. */
export interface LostDocument {
  readonly collection: string;
  /** Where the collection stands in the new catalog; null: its row is lost and nothing else of it was found. */
  readonly collectionId: string | null;
  readonly sourceKey: string | null;
  /** Directory on this or another machine; null for notes, and where the source's row is lost. */
  readonly sourcePath: string | null;
  readonly path: string;
  readonly isNote: boolean;
  /** A note of which some passages were brought back. */
  readonly isInPart: boolean;
  /** What its row said: how many passages it had, and when it was written. */
  readonly passages: number;
  readonly indexedAtMs: number;
}

/** What a rebuild brought back from where, and what is lost. */
export interface RebuildReport {
  /** Where the damaged catalog is kept. */
  readonly keptIn: string;
  readonly file: SalvageFacts;
  readonly collections: number;
  readonly nameless: readonly string[];
  /** What stands in the new catalog, and how much of it came from Chroma. */
  readonly documents: number;
  readonly notes: number;
  readonly chroma: {
    readonly wasAsked: boolean;
    readonly documents: number;
    readonly notes: number;
    readonly unusable: number;
    /** Collections of an external Chroma whose stamp this catalog never had: another hub's, it may be. */
    readonly ofOthers: readonly string[];
  };
  /** Notes of which nothing or only a part is left. */
  readonly lostNotes: readonly LostDocument[];
  /** Files that are still on this disk: the next ingest or search brings them back. */
  readonly filesToIngest: number;
  /** Files that are not on this disk, or whose place is lost. */
  readonly lostFiles: readonly LostDocument[];
  /** Directories on this machine whose files are read again by the next ingest of each. */
  readonly workspaces: readonly string[];
}
