import type { Metadata } from "../../core/document.ts";
import type { TagSet } from "./tiff-tags.ts";

/** What a format says in fields of its own, besides EXIF, IPTC and XMP. Text as it stands in the file. */
export interface ImageNotes {
  readonly title?: string | undefined;
  readonly caption?: string | undefined;
  readonly creator?: string | undefined;
  readonly copyright?: string | undefined;
  readonly software?: string | undefined;
  readonly takenAt?: string | undefined;
}

/** What a format's reader finds: the header's facts, and the blocks that describe the picture. */
export interface ImageLayout {
  /** As people write it: "JPEG", "Canon CR3". */
  readonly format: string;
  /** Pixels as they are stored, before any rotation; null: not found. */
  readonly width: number | null;
  readonly height: number | null;
  /** Whether the format itself shows the picture on its side; null: EXIF's orientation decides. */
  readonly isTurned: boolean | null;
  readonly tags: TagSet | null;
  readonly iptc: Buffer | null;
  readonly xmp: readonly Buffer[];
  readonly notes: ImageNotes;
  readonly facts: Metadata;
  /** Cut short, or points to what is not there. */
  readonly isDamaged: boolean;
}

/** A layout of which only the found is given. */
export function layoutOf(found: Partial<ImageLayout> & { readonly format: string }): ImageLayout {
  return {
    width: null,
    height: null,
    isTurned: null,
    tags: null,
    iptc: null,
    xmp: [],
    notes: {},
    facts: {},
    isDamaged: false,
    ...found,
  };
}
