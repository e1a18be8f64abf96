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

export const officeTypes: readonly FileType[] = [
  named("office", "documents", [
    "docx",
    "doc",
    "dotx",
    "xlsx",
    "xls",
    "xlsm",
    "pptx",
    "ppt",
    "odt",
    "ods",
    "odp",
    "rtf",
    "pages",
    "numbers",
    "epub",
    "mobi",
  ]),
];
