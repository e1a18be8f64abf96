import { DamagedFile, type FileContent } from "../extracted.ts";

/** A database file page by page; numbers count from 1. Source: sqlite.org/fileformat2.html. */
export interface DatabasePages {
  readonly pageBytes: number;
  /** Bytes of a page that content uses. */
  readonly usableBytes: number;
  readonly pageCount: number;
  readonly encoding: "utf8" | "utf-16le" | "utf-16be";
  /** Where a page's header begins: the first page has the file's before it. */
  headerOffset(page: number): number;
  /** The bytes of a page, or the first `length` of them. Errors: DamagedFile for a page that is not there. */
  read(page: number, length?: number): Promise<Buffer>;
}

const magic = "SQLite format 3\0";
const fileHeaderBytes = 100;

/** The file's own header. Errors: DamagedFile. */
export async function openPages(file: FileContent): Promise<{ pages: DatabasePages; header: Buffer }> {
  const header = await file.read(0, fileHeaderBytes);
  if (header.toString("latin1", 0, 16) !== magic || header.length < fileHeaderBytes)
    throw new DamagedFile("is no SQLite database, or is encrypted");
  const declared = header.readUInt16BE(16);
  const pageBytes = declared === 1 ? 65_536 : declared;
  const usableBytes = pageBytes - (header[20] ?? 0);
  if (pageBytes < 512 || (pageBytes & (pageBytes - 1)) !== 0 || usableBytes < 480)
    throw new DamagedFile("has a broken header");
  const encodings = ["utf8", "utf8", "utf-16le", "utf-16be"] as const;
  const encoding = encodings[header.readUInt32BE(56)];
  if (encoding === undefined) throw new DamagedFile("has a broken header");
  const pageCount = Math.floor(file.sizeBytes / pageBytes);
  const pages: DatabasePages = {
    pageBytes,
    usableBytes,
    pageCount,
    encoding,
    headerOffset: (page) => (page === 1 ? fileHeaderBytes : 0),
    read: async (page, length = pageBytes) => {
      if (page < 1 || page > pageCount) throw new DamagedFile("points to a page that is not there");
      const bytes = await file.read((page - 1) * pageBytes, length);
      if (bytes.length < length) throw new DamagedFile("is cut short");
      return bytes;
    },
  };
  return { pages, header };
}
