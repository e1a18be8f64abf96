import type { Metadata } from "../../core/document.ts";
import type { ImageSource } from "./image-source.ts";
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

/** A TIFF structure of the file, for whoever wants all of its fields. */
export interface TiffBlock {
  readonly source: ImageSource;
  /** What its first directory is: of a Canon CR3 each has a structure of its own. */
  readonly holds: "image" | "exif" | "gps" | "makerNote";
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
  /** Where all of EXIF stands; readable as long as the file is open. */
  readonly blocks: readonly TiffBlock[];
  /** The colour profile; it is read when it is asked for. At most 1 MiB. */
  readonly readProfile: (() => Promise<Buffer | null>) | null;
  readonly notes: ImageNotes;
  readonly facts: Metadata;
  /** Cut short, or points to what is not there. */
  readonly isDamaged: boolean;
  /** The file ends before its pixels do, as one that is still being copied does; whatever its header says is known all the same. */
  readonly isCutShort: boolean;
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
    blocks: [],
    readProfile: null,
    notes: {},
    facts: {},
    isDamaged: false,
    isCutShort: false,
    ...found,
  };
}

const maxProfileBytes = 1024 * 1024;

/** The reader of a colour profile that stands in one piece. */
export function profileIn(source: ImageSource | null): ImageLayout["readProfile"] {
  if (source === null) return null;
  return async () => (source.sizeBytes > maxProfileBytes ? null : source.bytes(0, source.sizeBytes));
}
