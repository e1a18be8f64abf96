import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import type { Workspace } from "./workspace.ts";

// Each rule is some objects in memory: these are 100 MB. A rule file that is larger is passed over whole.
const maxRuleFileBytes = 8_000_000;
const maxRuleLines = 200_000;

/**
 * The text of a rule file of the workspace, one character a byte, as git compares them; null where there is none to be read: missing, a
 * link (git refuses those too), a pipe, too large (`onTooLarge` is told).
 */
export async function readRuleFile(workspace: Workspace, path: string, onTooLarge: () => void): Promise<string | null> {
  return orNull(async () => {
    using file = workspace.openInside(path);
    const size = Number(file.stat().size);
    const text = size <= maxRuleFileBytes ? boundedText(file.read(0, size)) : null;
    if (text === null) onTooLarge();
    return text;
  });
}

/** A rule file that lies outside of the workspace: of the repository above it, or of the person. */
export async function readOuterRuleFile(path: string, options: { follow: boolean }): Promise<string | null> {
  const bytes = await readBytes(path, { maxBytes: maxRuleFileBytes, ...options });
  return bytes === null ? null : boundedText(bytes);
}

/** null: more lines than may be kept. */
function boundedText(bytes: Buffer): string | null {
  let lines = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) if (++lines > maxRuleLines) return null;
  return bytes.toString("latin1");
}

/** A regular file's bytes; null when it is missing, unreadable, larger than `maxBytes`, or a link that is not to be followed. */
export async function readBytes(path: string, options: { maxBytes: number; follow: boolean }): Promise<Buffer | null> {
  // A pipe without a writer would block an open for ever; on Windows both flags are absent.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (options.follow ? 0 : (constants.O_NOFOLLOW ?? 0));
  return orNull(async () => {
    await using handle = await open(path, flags);
    const stats = await handle.stat();
    return stats.isFile() && stats.size <= options.maxBytes ? await handle.readFile() : null;
  });
}

/** null also where the file system, or the sandbox, refuses. */
async function orNull<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch (thrown) {
    if (thrown instanceof CommonsError || systemErrorCode(thrown) !== undefined) return null;
    throw thrown;
  }
}
