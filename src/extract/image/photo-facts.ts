import type { Metadata } from "../../core/document.ts";

/** What an image file says of itself, for a person. */
export interface PhotoFacts {
  readonly kind: "photo";
  /** The format that its bytes are, whatever its name says: "JPEG", "Canon CR3". */
  readonly format: string;
  readonly sizeBytes: number;
  /** The facts that an ingest stores as metadata, under the same names. */
  readonly facts: Metadata;
  /** Whether it has EXIF at all. */
  readonly hasExif: boolean;
  /** Every tag of every block, in the file's order; null unless all were asked for. */
  readonly tags: readonly PhotoTag[] | null;
}

/** One tag as the file has it. */
export interface PhotoTag {
  /** The block: "EXIF", "GPS", "IPTC", "XMP", "ICC", "MakerNote" ... */
  readonly block: string;
  readonly name: string;
  /** For people: "1/250 s", "f/2.8". */
  readonly text: string;
}
