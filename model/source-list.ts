import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where archives of a package come from: npm, Debian's source archive, or Debian's binary packages where there is no source. */
export const origins = ["npm", "source", "deb"] as const;
export type Origin = (typeof origins)[number];

export interface ListedPackage {
  readonly name: string;
  readonly from: Origin;
  /** Its name for npm where the archive's name cannot tell ("@scope/name"). */
  readonly npmName?: string;
  /** By file name, sha256 in hex. The name holds the version. */
  readonly archives: Readonly<Record<string, string>>;
}

export interface TrainingPackage extends ListedPackage {
  readonly licence: string;
  /** Pairs by kind. */
  readonly pairs: Readonly<Record<string, number>>;
}

export interface LeftOutPackage extends ListedPackage {
  readonly reason: string;
}

/** model/sources.json. */
export interface SourceList {
  readonly training: readonly TrainingPackage[];
  /** For the filter of leaks and the development scores; nothing is learned from them. */
  readonly evaluation: readonly ListedPackage[];
  readonly leftOut: readonly LeftOutPackage[];
}

/** The list that is committed. Errors: those of the file system. */
export function readSourceList(): SourceList {
  // Safe: model/record-sources.ts has written it.
  return JSON.parse(readFileSync(join(import.meta.dirname, "sources.json"), "utf8")) as SourceList;
}

/** The folder of the data directory that holds such archives. */
export function folderOf(from: Origin, isEvaluation: boolean): string {
  return `${isEvaluation ? "eval" : ""}${from === "source" ? "src" : from}`;
}
