import type { SkipReason } from "../core/document.ts";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";

export interface PhotosInput {
  /** As a person or a model types it: a file or a directory. */
  readonly path: string;
  readonly recursive: boolean;
  /** Only so many images, in the order of their paths. */
  readonly maxFiles?: number | undefined;
  /** Photos that the report names one by one at most; the summary is of all. Absent: as many as a report may hold. */
  readonly maxRows?: number | undefined;
}

/** What the images below a path say of themselves. */
export type PhotoReport =
  | { readonly kind: "one"; readonly path: string; readonly photo: PhotoFacts; readonly ms: number }
  | {
      readonly kind: "many";
      /** In the order of their paths, the first `maxRows`. */
      readonly photos: readonly PhotoRow[];
      readonly summary: PhotoSummary;
      readonly ms: number;
    };

export interface PhotoRow {
  readonly path: string;
  readonly photo: PhotoFacts;
}

/** A name and with how many images it stands, most first. */
export type NameCount = readonly [name: string, files: number];

/** Of all images, however many the report names. */
export interface PhotoSummary {
  /** Images that were read. */
  readonly files: number;
  readonly sizeBytes: number;
  readonly withoutExif: number;
  /** Of formats that are known by their names only: not among `withoutExif`. */
  readonly namedOnly: number;
  /** Among `files`: cut short or broken, and what stood before the break was read. Of which nothing could be read stands in `unread`. */
  readonly damagedInPart: number;
  /** Paths of the first of these; absent: none is named. */
  readonly damaged?: readonly string[];
  /** First and last time, on the cameras' clocks; null: none has one. */
  readonly takenFrom: string | null;
  readonly takenTo: string | null;
  readonly withTime: number;
  /** The most frequent names; `more` are the other names. */
  readonly cameras: NameCounts;
  readonly lenses: NameCounts;
  /** City and country, else a position on a grid of 0.1 degrees (some 11 km). */
  readonly places: NameCounts;
  readonly formats: NameCounts;
  readonly withPosition: number;
  /** Files that could not be read, all counted, the first ones named. */
  readonly unread: readonly UnreadPhoto[];
  readonly unreadCount: number;
  /** What the scan left out; other kinds of files stand under "filtered", images beyond `maxFiles` under "over-limit". */
  readonly skippedBy: Readonly<Partial<Record<SkipReason, number>>>;
  readonly skippedSamples: Readonly<Partial<Record<SkipReason, readonly string[]>>>;
  readonly isTruncated: boolean;
}

export interface UnreadPhoto {
  readonly path: string;
  readonly reason: SkipReason;
  readonly message: string;
}

export interface NameCounts {
  readonly top: readonly NameCount[];
  /** Names that are not in `top`, and images that have one of them. */
  readonly moreNames: number;
  readonly moreFiles: number;
}
