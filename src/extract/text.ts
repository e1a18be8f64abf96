import type { FileType, TextExtractor } from "./extracted.ts";

const extractText: TextExtractor = (text) => ({ kind: "text", text, metadata: {} });

/** Plain text, and any file of an unknown name whose content is text. */
export const plainText: FileType = {
  id: "text",
  category: "documents",
  language: null,
  extensions: ["txt", "text", "nfo", "srt", "vtt", "bib", "eml", "ics", "vcf"],
  fileNames: [
    "license",
    "licence",
    "copying",
    "notice",
    "authors",
    "contributors",
    "readme",
    "changelog",
    "changes",
    "news",
    "todo",
    "install",
  ],
  extracts: "The text in windows of 30 to 60 lines.",
  extractor: { reads: "text", extract: extractText },
  version: "text-1",
};

/** Patches: their own type, so that a search for code may leave them out. */
export const patchText: FileType = {
  ...plainText,
  id: "patch",
  category: "other",
  language: "diff",
  extensions: ["patch", "diff"],
  fileNames: [],
};
