import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import type { FileContent } from "../extract/extracted.ts";
import { openCheckedFile, type CheckedFile } from "../workspace/checked-file.ts";
import { companionPath, isBroken, withCompanions, type CompanionEnding } from "../workspace/companions.ts";
import { storedStat } from "../workspace/file-stat.ts";
import type { FileRequest } from "./file-tasks.ts";
import { contentHashOf, isSame } from "./file-reading.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Reading } from "./document-reader.ts";

interface OpenCompanion {
  readonly ending: CompanionEnding;
  readonly path: string;
  readonly file: CheckedFile;
  readonly before: BigIntStats;
}

/** The open companions of a photo. */
export class CompanionFiles {
  readonly #open: OpenCompanion[] = [];

  /** Those that are there and may be read, inside of the root. */
  constructor({ root, path }: FileRequest, endings: readonly CompanionEnding[]) {
    for (const ending of endings) {
      const at = companionPath(path, ending);
      try {
        const file = openCheckedFile(at, root);
        this.#open.push({ ending, path: at, file, before: file.stat() });
      } catch {
        // Gone since it was seen, or closed to us: the photo stands without it, and a run that sees it again reads both once more.
      }
    }
  }

  /** What the extractor of the photo reads beside it. */
  contents(): FileContent[] {
    return this.#whole().map(({ path, file, before }) => ({
      path,
      sizeBytes: Number(before.size),
      read: async (offset, length) => file.read(offset, length),
    }));
  }

  /** The reading of a photo, made one of all; null when a companion changed since it was opened. */
  join(reading: Reading): Reading | null {
    if (this.#open.length === 0) return reading;
    const hash = this.hash(reading.contentHash);
    const signatures: { ending: CompanionEnding; signature: string }[] = [];
    for (const { ending, file, before } of this.#open) {
      const after = file.stat();
      if (!isSame(before, after)) return null;
      signatures.push({ ending, signature: storedStat(after, reading.readAtMs).signature });
    }
    return {
      ...reading,
      stat: withCompanions(reading.stat, signatures),
      contentHash: hash,
      fingerprint: fingerprintOf(reading.path, hash, true),
    };
  }

  /** The content hash of the item, from that of the photo. */
  hash(own: string): string {
    const whole = this.#whole();
    if (whole.length === 0) return own;
    const sum = createHash("sha256").update(own);
    for (const { path, file } of whole) {
      const name = path.slice(path.lastIndexOf("/") + 1);
      sum.update(`\n${name}\0${contentHashOf(file, path)}`);
    }
    return sum.digest("hex");
  }

  /** What is no picture says nothing: it only tells, by its entry, that it is still the same. */
  #whole(): OpenCompanion[] {
    return this.#open.filter(({ ending }) => !isBroken(ending));
  }

  [Symbol.dispose](): void {
    for (const { file } of this.#open.splice(0)) file.close();
  }
}

/** The content hash of an open file with its companions, as its document has it. */
export function itemHashOf(file: CheckedFile, request: FileRequest, endings: readonly CompanionEnding[]): string {
  using companions = new CompanionFiles(request, endings);
  return companions.hash(contentHashOf(file, request.path));
}
