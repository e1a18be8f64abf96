import type { Category } from "../core/document.ts";
import type { FileType } from "./extracted.ts";

const named = (id: string, category: Category, extensions: readonly string[]): FileType => ({
  id,
  category,
  language: null,
  extensions,
  fileNames: [],
  extracts: "Name and size.",
  extractor: { reads: "name" },
  version: "name-1",
});

export const imageTypes: readonly FileType[] = [
  named("image", "images", [
    "jpg",
    "jpeg",
    "png",
    "gif",
    "webp",
    "avif",
    "heic",
    "heif",
    "tif",
    "tiff",
    "bmp",
    "ico",
    "psd",
    "xcf",
    "raw",
    "cr2",
    "cr3",
    "nef",
    "arw",
    "dng",
    "orf",
    "rw2",
    "svg",
    "ai",
    "eps",
  ]),
];
