import type { TiffBlock } from "./image-layout.ts";
import type { Step } from "./directory-tiff.ts";
import { fieldOf } from "./tag-gathering.ts";
import { openTiff, readDirectory, readNumbers, type Directory, type TiffReader, type TiffTag } from "./tiff-tags.ts";

/** One directory with all of its fields, and how the library gets to know what it is. */
export interface FoundDirectory {
  /** "IFD0", "EXIF", "GPS", "Interop", "IFD1" (mostly the thumbnail's), "SubIFD", "MakerNote". */
  readonly name: string;
  readonly tags: readonly TiffTag[];
  readonly steps: readonly Step[];
  readonly isLittleEndian: boolean;
  /** Fields that are not in `tags`: of unknown types, or beyond the file. */
  readonly leftOut: number;
  /** A maker note that nobody takes apart here: its size. */
  readonly closedBytes?: number;
  /** Fields whose value is longer than what was read of it, with the whole count. */
  readonly cut: ReadonlyMap<number, number>;
}

interface Walk {
  readonly tiff: TiffReader;
  readonly seen: Set<number>;
  readonly found: FoundDirectory[];
  /** Of values, all directories together: fields that share one place could claim gigabytes. */
  readonly room: { bytes: number };
}

const maxDirectories = 40;
const maxParts = 16;
const maxValueBytes = 8_192;
const maxMakerNoteBytes = 65_536;
const maxAllBytes = 1024 * 1024;
const ids = { exif: 0x8769, gps: 0x8825, interop: 0xa005, parts: 0x14a, makerNote: 0x927c, make: 0x10f } as const;
/** What leads elsewhere or is told of in blocks of its own: XMP, IPTC, Photoshop's resources, the colour profile, maker notes. */
const notFields: ReadonlySet<number> = new Set([
  ids.exif,
  ids.gps,
  ids.interop,
  ids.parts,
  ids.makerNote,
  0x2bc,
  0x83bb,
  0x8649,
  0x8773,
]);
/** Bytes, text, and what is not told. */
const byteTypes: ReadonlySet<number> = new Set([1, 2, 6, 7, 129]);
const fieldBytes: Readonly<Record<number, number>> = { 3: 2, 4: 4, 5: 8, 9: 4, 10: 8, 13: 4 };

/** All directories of a file's TIFF structures, each once: at most 40, with at most 8 KiB of each value and 1 MiB in all. */
export async function findDirectories(blocks: readonly TiffBlock[]): Promise<FoundDirectory[]> {
  const found: FoundDirectory[] = [];
  const room = { bytes: maxAllBytes };
  let maker: string | null = null;
  for (const { source, holds } of blocks) {
    const tiff = await openTiff(source);
    if (tiff === null) continue;
    const walk: Walk = { tiff, seen: new Set(), found, room };
    if (holds === "image") {
      await walkChain(walk);
      maker ??= makeOf(found);
    } else if (holds === "exif") await walkExif(walk, tiff.firstDirectory);
    else if (holds === "gps") await add(walk, tiff.firstDirectory, { name: "GPS", steps: [{ pointer: ids.gps }] });
    else if (maker === "Canon") await add(walk, tiff.firstDirectory, canonNote());
  }
  return found;
}

async function walkChain(walk: Walk): Promise<void> {
  const { tiff } = walk;
  let offset = tiff.firstDirectory;
  for (let number = 0; offset !== 0; number++) {
    const directory = await add(walk, offset, { name: `IFD${number}`, steps: [] });
    if (directory === null) return;
    const [exif] = await readNumbers(tiff, fieldOf(directory, ids.exif));
    if (exif !== undefined) await walkExif(walk, exif);
    const [gps] = await readNumbers(tiff, fieldOf(directory, ids.gps));
    if (gps !== undefined) await add(walk, gps, { name: "GPS", steps: [{ pointer: ids.gps }] });
    const parts = await readNumbers(tiff, fieldOf(directory, ids.parts), maxParts);
    for (const [index, part] of parts.entries())
      await add(walk, part, { name: index === 0 ? "SubIFD" : `SubIFD${index}`, steps: [] });
    offset = directory.next;
  }
}

async function walkExif(walk: Walk, offset: number): Promise<void> {
  const { tiff, found } = walk;
  const exifStep = { pointer: ids.exif };
  const directory = await add(walk, offset, { name: "EXIF", steps: [exifStep] });
  if (directory === null) return;
  const [interop] = await readNumbers(tiff, fieldOf(directory, ids.interop));
  if (interop !== undefined) await add(walk, interop, { name: "Interop", steps: [exifStep, { pointer: ids.interop }] });
  const note = fieldOf(directory, ids.makerNote);
  if (note === undefined) return;
  if (makeOf(found) === "Canon") await add(walk, note.offset, canonNote());
  else await addNote(walk, note);
}

/** Canon's directory begins without any header; the library asks for the maker's name first. */
function canonNote(): Pick<FoundDirectory, "name" | "steps"> {
  const make: TiffTag = { tag: ids.make, type: 2, count: 6, bytes: Buffer.from("Canon\0") };
  return {
    name: "MakerNote",
    steps: [
      { pointer: ids.exif, beside: [make] },
      { pointer: ids.makerNote, isValue: true },
    ],
  };
}

/** Pentax's note counts from its own start, so that it can be handed on as it is; of others only the size is told. */
async function addNote(
  { tiff, found }: Walk,
  { offset, sizeBytes }: { readonly offset: number; readonly sizeBytes: number },
): Promise<void> {
  const bytes = await tiff.source.bytes(offset, Math.min(sizeBytes, maxMakerNoteBytes));
  const isPentax = bytes.toString("latin1", 0, 8).startsWith("PENTAX ");
  found.push({
    name: "MakerNote",
    tags: isPentax ? [{ tag: ids.makerNote, type: 7, count: bytes.length, bytes }] : [],
    steps: [{ pointer: ids.exif }],
    isLittleEndian: tiff.isLittleEndian,
    leftOut: 0,
    cut: new Map(),
    ...(isPentax ? {} : { closedBytes: sizeBytes }),
  });
}

/** null when it was met before (directories may lead in a circle), is none, or is one too many. */
async function add(
  { tiff, seen, found, room }: Walk,
  offset: number,
  { name, steps }: Pick<FoundDirectory, "name" | "steps">,
): Promise<Directory | null> {
  if (offset === 0 || seen.has(offset) || found.length >= maxDirectories) return null;
  seen.add(offset);
  const directory = await readDirectory(tiff, offset);
  if (directory.fields.length === 0) return null;
  const tags: TiffTag[] = [];
  const cut = new Map<number, number>();
  let leftOut = 0;
  for (const field of directory.fields) {
    if (notFields.has(field.tag)) continue;
    const size = byteTypes.has(field.type) ? 1 : fieldBytes[field.type];
    const length = Math.min(field.sizeBytes, maxValueBytes, room.bytes);
    const bytes = size === undefined || field.type === 6 ? null : await tiff.source.bytes(field.offset, length);
    const count = size === undefined ? 0 : Math.floor((bytes?.length ?? 0) / size);
    if (bytes === null || size === undefined || count === 0) {
      leftOut++;
      continue;
    }
    room.bytes -= count * size;
    if (count < field.count) cut.set(field.tag, field.count);
    tags.push({ tag: field.tag, type: field.type, count, bytes: bytes.subarray(0, count * size) });
  }
  found.push({ name, steps, tags, cut, leftOut, isLittleEndian: tiff.isLittleEndian });
  return directory;
}

function makeOf(found: readonly FoundDirectory[]): string | null {
  const make = found[0]?.tags.find(({ tag }) => tag === ids.make);
  return make?.bytes.toString("latin1").replace(/\0.*$/s, "") ?? null;
}
