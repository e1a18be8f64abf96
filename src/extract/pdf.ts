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

export const pdfTypes: readonly FileType[] = [named("pdf", "documents", ["pdf", "ps", "djvu"])];
