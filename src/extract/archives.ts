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

export const archiveTypes: readonly FileType[] = [
  named("archive", "archives", [
    "zip",
    "tar",
    "gz",
    "tgz",
    "bz2",
    "tbz2",
    "xz",
    "txz",
    "zst",
    "7z",
    "rar",
    "jar",
    "war",
    "ear",
    "whl",
    "gem",
    "deb",
    "rpm",
    "dmg",
    "iso",
    "apk",
    "ipa",
    "crate",
    "nupkg",
    "egg",
    "lz4",
    "br",
  ]),
];
