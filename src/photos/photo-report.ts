import type { SkipReason } from "../core/document.ts";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";

export interface PhotosInput {
  /** As a person or a model types it: a file or a directory. */
  readonly path: string;
  readonly recursive: boolean;
  readonly maxFiles?: number | undefined;
}

/** What the images below a path say of themselves. */
export type PhotoReport =
  | { readonly kind: "one"; readonly path: string; readonly photo: PhotoFacts }
  | {
      readonly kind: "many";
      /** In the order of their paths, at most as many as an answer shows. */
      readonly photos: readonly { readonly path: string; readonly photo: PhotoFacts }[];
      readonly summary: PhotoSummary;
      readonly ms: number;
    };

export interface PhotoSummary {
  /** Images that were read. */
  readonly files: number;
  readonly withoutExif: number;
  /** First and last time, as the cameras wrote them; null: none has one. */
  readonly takenFrom: string | null;
  readonly takenTo: string | null;
  /** With how many images each, most first. */
  readonly cameras: readonly (readonly [name: string, files: number])[];
  readonly lenses: readonly (readonly [name: string, files: number])[];
  readonly places: readonly (readonly [name: string, files: number])[];
  readonly withPosition: number;
  readonly formats: readonly (readonly [name: string, files: number])[];
  /** Files that could not be read, all counted, the first ones named. */
  readonly unread: readonly {
    readonly path: string;
    readonly reason: SkipReason | "failed";
    readonly message: string;
  }[];
  readonly unreadCount: number;
  readonly skippedBy: Readonly<Partial<Record<SkipReason, number>>>;
  readonly isTruncated: boolean;
}
