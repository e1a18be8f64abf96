import type { FileType } from "./extracted.ts";

export const sqliteTypes: readonly FileType[] = [
  {
    id: "sqlite",
    category: "data",
    language: null,
    extensions: ["db", "sqlite", "sqlite3"],
    fileNames: [],
    extracts: "Name and size.",
    extractor: { reads: "name" },
    version: "name-1",
  },
];
