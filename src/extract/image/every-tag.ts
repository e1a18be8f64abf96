import { tiffOfDirectory } from "./directory-tiff.ts";
import { wholeRecords } from "./exif-facts.ts";
import type { ImageLayout } from "./image-layout.ts";
import { libraryTags, type LibraryFields } from "./library-tags.ts";
import type { PhotoTag } from "./photo-facts.ts";
import { findDirectories, type FoundDirectory } from "./tiff-directories.ts";
import type { TiffTag } from "./tiff-tags.ts";
import { userComment } from "./user-comment.ts";
import { packetText } from "./xmp-facts.ts";
import { xmpProperties } from "./xmp-properties.ts";

interface Groups {
  readonly exif?: object;
  readonly makerNotes?: object;
  readonly iptc?: object;
  readonly icc?: object;
}

type Load = (tiff: Buffer) => Groups;

const maxTags = 2_000;
const iptcTag = 0x83bb;
const commentTag = 0x9286;
const profileTag = 0x8773;
const none: ReadonlyMap<number, number> = new Map();

/**
 * Every tag of every block of a picture: the directories of EXIF, maker notes as far as the library knows them, IPTC, the colour profile,
 * XMP, and texts of the format's own. At most 2,000; the rest is counted. `exifreader` gets each directory in a small TIFF of its own, never
 * the file.
 */
export async function everyTag(layout: ImageLayout): Promise<{ tags: PhotoTag[]; leftOut: number }> {
  const load = await openLibrary();
  const directories = await findDirectories(layout.blocks);
  const tags = directories.flatMap((directory) => directoryTags(load, directory));
  const iptc = wholeRecords(layout.iptc);
  if (iptc !== null) tags.push(...blockTags(load, { block: "IPTC", tag: iptcTag, bytes: iptc }));
  const profile = await layout.readProfile?.();
  if (profile) tags.push(...blockTags(load, { block: "ICC", tag: profileTag, bytes: profile }));
  const xmp = await xmpProperties(layout.xmp.map(packetText));
  tags.push(...xmp.tags, ...noteTags(layout));
  const unread = directories.reduce((sum, { leftOut }) => sum + leftOut, xmp.leftOut);
  return { tags: tags.slice(0, maxTags), leftOut: unread + Math.max(0, tags.length - maxTags) };
}

async function openLibrary(): Promise<Load> {
  const { load, errors } = (await import("exifreader")).default;
  return (tiff) => {
    try {
      return load(tiff, { expanded: true, computed: true, includeUnknown: true });
    } catch (error) {
      // A block of fields none of which is known.
      if (error instanceof errors.MetadataMissingError) return {};
      throw error;
    }
  };
}

function directoryTags(load: Load, found: FoundDirectory): PhotoTag[] {
  const { name, tags, steps, isLittleEndian, cut, closedBytes } = found;
  if (closedBytes !== undefined)
    return [{ block: name, name, text: `${closedBytes.toLocaleString("en-US")} bytes, not taken apart`, value: null }];
  const types = new Map(tags.map(({ tag, type }) => [tag, type]));
  const groups = load(tiffOfDirectory(tags, { steps, isLittleEndian }));
  const fields: LibraryFields = { block: name, isBytes: (id) => [1, 7].includes(types.get(id) ?? 0), cut };
  const told = libraryTags(name === "MakerNote" ? groups.makerNotes : groups.exif, fields);
  const bytes = tags.find(({ tag }) => tag === commentTag)?.bytes;
  const comment = bytes === undefined ? null : userComment(bytes, isLittleEndian);
  if (comment === null) return told;
  // The library reads no Unicode here.
  return told.map((tag) =>
    tag.name === "UserComment" ? { ...tag, text: comment.slice(0, 2_000), value: comment } : tag,
  );
}

function blockTags(
  load: Load,
  { block, tag, bytes }: { block: "IPTC" | "ICC"; tag: number; bytes: Buffer },
): PhotoTag[] {
  const field: TiffTag = { tag, type: 7, count: bytes.length, bytes };
  const groups = load(tiffOfDirectory([field], { steps: [], isLittleEndian: true }));
  return libraryTags(block === "IPTC" ? groups.iptc : groups.icc, { block, isBytes: () => false, cut: none });
}

/** PNG's texts, comments of JPEG and GIF. */
function noteTags({ notes }: ImageLayout): PhotoTag[] {
  return Object.entries(notes).flatMap(([name, text]: [string, string | undefined]): PhotoTag[] =>
    text === undefined || text.trim() === ""
      ? []
      : [{ block: "Text", name, text: text.slice(0, 2_000), value: text.slice(0, 2_000) }],
  );
}
