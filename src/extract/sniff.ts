import type { FileContent } from "./extracted.ts";

/** Enough for the names of a ZIP file's first or last entries. */
const headBytes = 4_100;
const tailBytes = 16_384;

/** Formats by their first bytes: an ending that stands for each. Longer marks come before the shorter ones that they begin with. */
const marks: readonly (readonly [mark: string, ending: string, offset?: number])[] = [
  ["%PDF-", "pdf"],
  ["\x89PNG\r\n\x1A\n", "png"],
  ["\xFF\xD8\xFF", "jpg"],
  ["GIF87a", "gif"],
  ["GIF89a", "gif"],
  ["II*\0\x10\0\0\0CR", "cr2"],
  ["II*\0", "tif"],
  ["MM\0*", "tif"],
  ["8BPS\0\x01", "psd"],
  ["\0\0\x01\0", "ico"],
  ["SQLite format 3\0", "sqlite"],
  ["{\\rtf", "rtf"],
  ["glTF\x02\0\0\0", "glb"],
  ["ISO-10303-21;", "step"],
  ["AutoCAD Binary DXF", "dxf"],
  ["BLENDER", "blend"],
  ["Kaydara FBX Binary", "fbx"],
  ["AC10", "dwg"],
  ["\x1F\x8B\x08", "gz"],
  ["BZh", "bz2"],
  ["\xFD7zXZ\0", "xz"],
  ["7z\xBC\xAF\x27\x1C", "7z"],
  ["Rar!\x1A\x07", "rar"],
  ["\x28\xB5\x2F\xFD", "zst"],
  ["ustar", "tar", 257],
  ["ID3", "mp3"],
  ["fLaC", "flac"],
  ["OggS", "ogg"],
  ["\x1AE\xDF\xA3", "mkv"],
  ["wOFF", "woff"],
  ["wOF2", "woff2"],
  ["OTTO\0", "otf"],
  ["\0\x01\0\0\0", "ttf"],
  ["\x7FELF", "so"],
  ["MZ", "exe"],
  ["\0asm", "wasm"],
];

/** What the second word of a file in pieces (RIFF, ISO base media) names. */
const riffKinds: Readonly<Record<string, string>> = { WEBP: "webp", WAVE: "wav", "AVI ": "avi" };
const brands: Readonly<Record<string, string>> = {
  heic: "heic",
  heix: "heic",
  hevc: "heic",
  mif1: "heif",
  msf1: "heif",
  avif: "avif",
  avis: "avif",
  "crx ": "cr3",
  "qt  ": "mov",
  "M4A ": "m4a",
};

/** A file that stands in each kind of package; all have their names at the end, in the directory. */
const packageFiles: readonly (readonly [name: string, ending: string])[] = [
  ["word/document.xml", "docx"],
  ["xl/workbook.xml", "xlsx"],
  ["ppt/presentation.xml", "pptx"],
  [".model", "3mf"],
  ["META-INF/MANIFEST.MF", "jar"],
];
const mediaTypes: Readonly<Record<string, string>> = {
  "application/epub+zip": "epub",
  "application/vnd.oasis.opendocument.text": "odt",
  "application/vnd.oasis.opendocument.spreadsheet": "ods",
  "application/vnd.oasis.opendocument.presentation": "odp",
};

/**
 * The ending that a file of an unknown name should have, by its first bytes (and a ZIP file's last ones); null: unknown, or text.
 * Written here and not taken from a library: some forty marks are all that this program has types for.
 */
export async function sniffEnding(file: FileContent): Promise<string | null> {
  const head = (await file.read(0, headBytes)).toString("latin1");
  if (head.startsWith("PK\x03\x04")) return packageEnding(head, file);
  if (head.startsWith("RIFF")) return riffKinds[head.slice(8, 12)] ?? null;
  if (head.startsWith("ftyp", 4)) return brands[head.slice(8, 12)] ?? "mp4";
  for (const [mark, ending, offset = 0] of marks) {
    // Words that a text may begin with say nothing where the rest is text.
    if (head.startsWith(mark, offset) && (isPlain(ending) || /[^\t\n\f\r\x20-\x7E\x80-\xFF]/.test(head))) return ending;
  }
  return null;
}

/** The ending that a text of an unknown name should have; null: it is plain text, as far as its beginning tells. */
export function textEnding(text: string): string | null {
  const head = text.slice(0, 1_000).trimStart();
  if (/^<!doctype html|^<html[\s>]/i.test(head)) return "html";
  if (head.startsWith("<?xml ")) return "xml";
  return /^[{[]/.test(head) && isJson(text) ? "json" : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Formats whose whole beginning may be printable. */
function isPlain(ending: string): boolean {
  return ["pdf", "rtf", "step"].includes(ending);
}

async function packageEnding(head: string, file: FileContent): Promise<string> {
  const type = /^PK[^]{28}mimetype([\w.+/-]{1,80})/.exec(head)?.[1] ?? "";
  const known = Object.entries(mediaTypes).find(([name]) => type.startsWith(name));
  if (known !== undefined) return known[1];
  const start = Math.max(0, file.sizeBytes - tailBytes);
  const tail = (await file.read(start, tailBytes)).toString("latin1");
  return packageFiles.find(([name]) => tail.includes(name))?.[1] ?? "zip";
}
