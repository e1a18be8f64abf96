import { setImmediate } from "node:timers/promises";
import type { FileStat } from "../core/document.ts";
import { fileTypeOf, readingOf } from "../extract/registry.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { throwIfCancelled } from "./mirror.ts";

interface FoundFile {
  readonly path: string;
  readonly stat: FileStat;
}

// Below this a head says no more than the size. The largest files decide an estimate, so only they are looked at.
const minBytes = 5_000;
const maxHeads = 1_000;
const headBytes = 16_384;
const maxUnknownBytes = 2_000_000;

/**
 * Bytes of text that an ingest would take of each file, by path, where its size alone does not tell: bundles give none and
 * tables their first rows. Reads the heads of at most `maxHeads` files, the largest first; files that are not in the map, and
 * those that cannot be read, count with their size. Errors: CANCELLED.
 */
export async function expectedTextBytes(
  workspace: Workspace,
  files: readonly FoundFile[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, number>> {
  const uncertain = files.filter(
    ({ path, stat }) => stat.sizeBytes > minBytes && fileTypeOf(path)?.expectedBytes !== undefined,
  );
  const largest = uncertain.toSorted((a, b) => b.stat.sizeBytes - a.stat.sizeBytes).slice(0, maxHeads);
  const expected = new Map<string, number>();
  for (const [index, file] of largest.entries()) {
    throwIfCancelled(signal);
    // Other calls of the session get their turn.
    if (index % 50 === 49) await setImmediate();
    const head = readHead(workspace, file.path);
    const bytes = head === null ? undefined : fileTypeOf(file.path)?.expectedBytes?.(head, file.stat.sizeBytes);
    if (bytes !== undefined) expected.set(file.path, bytes);
  }
  return expected;
}

/** Bytes of text to expect of a file when only its size is known. */
export function textBytesOf(path: string, sizeBytes: number): number {
  // A large file of an unknown name is rarely text.
  if (fileTypeOf(path) === null && sizeBytes > maxUnknownBytes) return 1;
  const reads = readingOf(path);
  if (reads === "text") return sizeBytes;
  // Formats with pictures and fonts in them: a tenth is text. What is not read whole gives one passage of facts.
  return reads === "whole" ? Math.ceil(sizeBytes / 10) : 1;
}

/** null: it cannot be read now. */
function readHead(workspace: Workspace, path: string): string | null {
  try {
    using file = workspace.openInside(path);
    return file.read(0, headBytes).toString("latin1");
  } catch {
    return null;
  }
}
