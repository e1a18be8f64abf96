import type { CollectionSummary } from "../core/collections.ts";
import type { IngestScope } from "../core/scopes.ts";
import type { DuplicateReport, DuplicatesInput } from "../duplicates/duplicate-report.ts";
import type { CompareInput, FileComparison } from "../duplicates/file-comparison.ts";
import type { RepeatReport, RepeatsInput } from "../duplicates/repeat-report.ts";
import type { IngestProgress, IngestReport, PathsRequest } from "../ingest/requests.ts";
import type { ScanReport } from "../ingest/scan-directory.ts";
import type { PhotoReport, PhotosInput } from "../photos/photo-report.ts";
import type { WorkView } from "../protocol/views.ts";
import type { IngestRunInput } from "./ingest-run.ts";
import type { SimilarAnswer, SimilarInput } from "./similar-input.ts";

export interface IngestOutcome {
  readonly collection: string;
  /** Name of the permanent collection that the temporary one of this run became meanwhile; null: it did not. */
  readonly kept: string | null;
  readonly report: IngestReport;
  /** The session whose run this was, when it did the same at the same time; else null. */
  readonly by: WorkView["holder"] | null;
  /** Another session's run of the same that was under way at the call. */
  readonly before: { readonly report: IngestReport; readonly by: WorkView["holder"] } | null;
}

/** One of the session's directories in one collection. */
export interface StoredSource {
  readonly collection: CollectionSummary;
  readonly sourceKey: string;
}

export interface RefreshResult {
  /** Files that were brought up to date before the time was over. */
  readonly updated: number;
  /** Collections that are still being brought up to date, with what is known of how far that is. */
  readonly pending: readonly { readonly collection: string; readonly progress: IngestProgress | null }[];
  /** Why a collection could not be brought up to date. */
  readonly failed: readonly { readonly collection: string; readonly message: string }[];
}

export interface ScanInput {
  readonly path: string;
  /** To compare with; absent: what holds the workspace. */
  readonly collection?: string | undefined;
  readonly recursive: boolean;
  readonly categories?: readonly string[] | undefined;
  readonly extensions?: readonly string[] | undefined;
  readonly max_files?: number | undefined;
}

export interface ScanOutcome {
  readonly report: ScanReport;
  /** The collection that it was compared with; null: nothing of this workspace is stored, or the hub is away. */
  readonly collection: { readonly name: string; readonly exists: boolean } | null;
  /** Chunks that the price comes from; 0: it is the reference machine's. */
  readonly measuredChunks: number;
}

export interface IngesterOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined;
}

/**
 * What looks at many of a session's files: an agent's session has it in a process of its own, which is gone when idle, a command of a
 * person in its own. All that goes in and comes out is plain data.
 */
export interface Ingester {
  /** Brings a collection up to date with a file or directory. Errors: as of `runIngest`. */
  ingest(input: IngestRunInput, options: IngesterOptions): Promise<IngestOutcome>;
  /** Does again what an ingest of the scope did; null when its folder is not there. A session that does the same shares the run. */
  mirror(scope: StoredSource & { readonly scope: IngestScope }, options: IngesterOptions): Promise<IngestReport | null>;
  /** Brings what is stored of some files up to date. */
  paths(
    request: StoredSource & Pick<PathsRequest, "paths" | "includeContent" | "categories" | "extensions">,
    options: IngesterOptions,
  ): Promise<IngestReport>;
  /** Brings everything of these sources up to date, for at most `budgetMs`; what takes longer goes on behind it. */
  refresh(stored: readonly StoredSource[], budgetMs: number): Promise<RefreshResult>;
  /** What a directory holds, and what its ingest would cost. */
  scan(input: ScanInput, options: IngesterOptions): Promise<ScanOutcome>;
  /** Finds what is like some code, a file or the workspace. Errors: as of `runSimilar`. */
  similar(input: SimilarInput, options: IngesterOptions): Promise<SimilarAnswer>;
  /** What images say of themselves. Errors: as of `runPhotos`. */
  photos(input: PhotosInput, options: IngesterOptions): Promise<PhotoReport>;
  /** Which files of a directory are the same, or nearly. Errors: as of `runDuplicates`. */
  duplicates(input: DuplicatesInput, options: IngesterOptions): Promise<DuplicateReport>;
  /** What two files have in common. Errors: as of `runCompare`. */
  compare(input: CompareInput, options: IngesterOptions): Promise<FileComparison>;
  /** What stands more than once in collections. Errors: as of `runRepeats`. */
  repeats(input: RepeatsInput, options: IngesterOptions): Promise<RepeatReport>;
  /** Ends what runs, at once. */
  close(): void;
}

/** The methods that answer a call, as a message between processes names them. */
export const ingesterMethods = [
  "ingest",
  "mirror",
  "paths",
  "refresh",
  "scan",
  "similar",
  "photos",
  "duplicates",
  "compare",
  "repeats",
] as const;
export type IngesterMethod = (typeof ingesterMethods)[number];
