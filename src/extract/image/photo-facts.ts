import type { Metadata } from "../../core/document.ts";

/** What an image file says of itself, for a person. */
export interface PhotoFacts {
  readonly kind: "photo";
  /** The format that its bytes are, whatever its name says: "JPEG", "Canon CR3"; of `name`-only formats the ending, "JXL". */
  readonly format: string;
  readonly sizeBytes: number;
  /** The facts that an ingest stores as metadata, under the same names. */
  readonly facts: Metadata;
  /** Whether it has EXIF at all; null: this program knows the format by its name only. */
  readonly hasExif: boolean | null;
  /** The moment of its GPS fix, ISO 8601 in UTC; null: none. */
  readonly gpsTime: string | null;
  /**
   * "+02:00": what `takenAt`, which has no zone, and `gpsTime` imply, else the clocks of its place. Likely, and never stored; null: nothing
   * to infer it from.
   */
  readonly inferredZone: string | null;
  readonly inferredFrom: "gps-time" | "place" | null;
  /** What is odd of its position, or why it has none though the file has fields for it; null: nothing is. */
  readonly positionNote: string | null;
  /** Every tag of every block, in the order of blocks and of the file; null unless all were asked for. */
  readonly tags: readonly PhotoTag[] | null;
  /** Fields that are not in `tags`: of no known name or type, or beyond what one picture may show. */
  readonly tagsLeftOut: number;
  /** What is one item with it, where one photo was asked for; absent: nothing. */
  readonly parts?: readonly PhotoPart[];
  /** The file name of the photo with which this file is one item; absent: it stands for itself. */
  readonly partOf?: string;
}

/** A file that is one item with a photo. */
export interface PhotoPart {
  /** File name. */
  readonly name: string;
  /** Not read, or not whole. */
  readonly isDamaged: boolean;
  /** The facts that come from it, in words: "camera", "title". */
  readonly gives: readonly string[];
}

/** One tag as the file has it. */
export interface PhotoTag {
  /** The block: "EXIF", "GPS", "IPTC", "XMP", "ICC", "MakerNote" ... */
  readonly block: string;
  readonly name: string;
  /** For people: "1/250", "f/2.8". At most 2,000 characters. */
  readonly text: string;
  /**
   * For programs: a number (fractions as quotients, "inf" or "undef" where the denominator is 0), a text, or several of them; null where
   * they are too many or bytes.
   */
  readonly value: PhotoValue | readonly PhotoValue[] | null;
}

export type PhotoValue = string | number;
