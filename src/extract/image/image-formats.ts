import { readCanonCr3 } from "./canon-cr3.ts";
import { readHeif } from "./heif.ts";
import type { ImageLayout } from "./image-layout.ts";
import type { ImageSource } from "./image-source.ts";
import { readJpeg } from "./jpeg.ts";
import { readPhotoshop } from "./photoshop.ts";
import { readBitmap, readGif, readIcon } from "./plain-headers.ts";
import { readPng } from "./png.ts";
import { readFujifilm, readRawPhoto, readTiff } from "./tiff-image.ts";
import { readWebp } from "./webp.ts";

/** Names of the RAW formats that begin like a TIFF and are told apart by their endings. */
const rawNames: Readonly<Record<string, string>> = {
  cr2: "Canon CR2",
  nef: "Nikon NEF",
  nrw: "Nikon NRW",
  arw: "Sony ARW",
  sr2: "Sony SR2",
  dng: "DNG",
  orf: "Olympus ORF",
  rw2: "Panasonic RW2",
  pef: "Pentax PEF",
  srw: "Samsung SRW",
  "3fr": "Hasselblad 3FR",
  erf: "Epson ERF",
};

const heifBrands = /heic|heix|heim|heis|hevc|hevx|mif1|msf1/;
const avifBrands = /avif|avis/;

/**
 * What a picture's own bytes say that it is, whatever its name promises; null when it is no format that is read here. The name
 * only tells RAW photos from TIFFs, which begin alike.
 */
export async function readImage(source: ImageSource, path: string): Promise<ImageLayout | null> {
  const head = await source.bytes(0, 64);
  const text = head.toString("latin1");
  if (text.startsWith("\xff\xd8\xff")) return readJpeg(source);
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return readPng(source);
  if (/^GIF8[79]a/.test(text)) return readGif(source);
  if (text.startsWith("RIFF") && text.startsWith("WEBP", 8)) return readWebp(source);
  if (text.startsWith("ftyp", 4)) return readIso(source, text.slice(8, 64));
  if (text.startsWith("8BPS")) return readPhotoshop(source);
  if (text.startsWith("FUJIFILMCCD-RAW")) return readFujifilm(source);
  if (text.startsWith("BM") && head.length >= 18 && isBitmapHeader(head.readUInt32LE(14))) return readBitmap(source);
  if (text.startsWith("\0\0\x01\0") || text.startsWith("\0\0\x02\0")) return readIcon(source);
  return isTiff(text) ? readTiffFamily(source, path) : null;
}

function readIso(source: ImageSource, brands: string): Promise<ImageLayout> | null {
  if (brands.startsWith("crx ")) return readCanonCr3(source);
  if (avifBrands.test(brands)) return readHeif(source, "AVIF");
  return heifBrands.test(brands) ? readHeif(source, "HEIC") : null;
}

function readTiffFamily(source: ImageSource, path: string): Promise<ImageLayout> {
  const ending = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  const name = rawNames[ending];
  return name === undefined ? readTiff(source) : readRawPhoto(source, name);
}

/** TIFF, BigTIFF, and the numbers that Olympus (RO, RS) and Panasonic (U) put in the place of TIFF's. */
function isTiff(text: string): boolean {
  return /^(II[*+]\0|MM\0[*+]|II(RO|RS|U\0)|MMOR)/.test(text);
}

function isBitmapHeader(size: number): boolean {
  return [12, 40, 52, 56, 64, 108, 124].includes(size);
}
