import type sharp from "sharp";
import { CommonsError } from "../core/errors.ts";

export type PixelDecoder = typeof sharp;

// The loaders of libvips by their classes. A build of it that somebody made may have more: of PDF, of ImageMagick's hundred formats.
const wantedLoaders = ["Jpeg", "Png", "Webp", "Nsgif", "Tiff", "Heif", "Svg"].map((name) => `VipsForeignLoad${name}`);

// Once for the process, as its settings are: while loaders are blocked anew, a picture in another thread would find none.
let loading: Promise<PixelDecoder> | null = null;

/**
 * The library that decodes pixels, loaded by the first call (110 ms, 23 MB): one thread for each picture, for several pictures are decoded
 * at once, and no cache, for none is asked for twice. Errors: PIXELS_UNAVAILABLE.
 */
export function loadPixelDecoder(): Promise<PixelDecoder> {
  loading ??= prepareDecoder();
  return loading;
}

async function prepareDecoder(): Promise<PixelDecoder> {
  const decoder = await importDecoder();
  decoder.concurrency(1);
  decoder.cache(false);
  decoder.block({ operation: ["VipsForeignLoad"] });
  decoder.unblock({ operation: wantedLoaders });
  return decoder;
}

async function importDecoder(): Promise<PixelDecoder> {
  try {
    return (await import("sharp")).default;
  } catch (cause) {
    throw new CommonsError("PIXELS_UNAVAILABLE", "Pixels cannot be decoded: the package sharp does not load here.", {
      hint: "Install chroma-commons again without --omit=optional. Exact duplicates and metadata of photos need no pixels.",
      cause,
    });
  }
}
