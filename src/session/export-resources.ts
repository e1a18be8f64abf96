import { basename } from "node:path";
import { realpathSync } from "node:fs";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { formatBytes } from "../core/quantities.ts";
import { openCheckedFile } from "../workspace/checked-file.ts";
import type { WrittenExport } from "./export-file.ts";
import { exportsDirectory, isPlainName } from "./exports-directory.ts";
import type { Session } from "./session.ts";
import type { ResourceLink } from "./tools/tool.ts";

/**
 * The largest export that goes through the protocol: it is one line of JSON, a third longer than the file, and stands in the memory of both
 * ends several times.
 */
export const maxResourceBytes = 16_000_000;

const prefix = "commons://exports/";
const mimeType = "application/gzip";
/** Every gzip stream begins with these. */
const gzipMark = Buffer.from([0x1f, 0x8b]);

/** An export as a client may load it; null: it is too large for that. */
export function exportLink({ report, path, sizeBytes }: WrittenExport): ResourceLink | null {
  if (sizeBytes > maxResourceBytes) return null;
  const name = basename(path);
  return {
    type: "resource_link",
    uri: prefix + encodeURIComponent(name),
    name,
    title: `Export of ${report.collection}`,
    mimeType,
    size: sizeBytes,
    // A model has nothing of the bytes.
    annotations: { audience: ["user"] },
  };
}

/** What `resources/read` answers. */
export interface ResourceContents {
  readonly uri: string;
  readonly mimeType: string;
  /** The file as base64. */
  readonly blob: string;
}

/**
 * The bytes of an export of the session's space, by its URI; null: there is none. Nothing but files of the exports directory that are
 * exports, no link among them. Errors: EXPORT_UNUSABLE for what is too large or is none, PATH_OUTSIDE_WORKSPACE for a link.
 */
export async function readExportResource(session: Session, uri: string): Promise<ResourceContents | null> {
  const name = nameOf(uri);
  if (name === null) return null;
  const directory = await exportsDirectory(session);
  try {
    using file = openCheckedFile(name, realpathSync(directory));
    const sizeBytes = Number(file.stat().size);
    if (sizeBytes > maxResourceBytes)
      throw new CommonsError(
        "EXPORT_UNUSABLE",
        `${name} has ${formatBytes(sizeBytes)}; at most ${formatBytes(maxResourceBytes)} go through the protocol.`,
        { hint: `Copy the file on its machine; it lies in ${directory}.` },
      );
    const bytes = file.read(0, sizeBytes);
    if (!bytes.subarray(0, gzipMark.length).equals(gzipMark))
      throw new CommonsError("EXPORT_UNUSABLE", `${name} is no export of a collection.`, {
        hint: "export_collection makes one.",
      });
    return { uri, mimeType, blob: bytes.toString("base64") };
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/** The plain file name of an export's URI; null: it is no such URI. */
function nameOf(uri: string): string | null {
  if (!uri.startsWith(prefix)) return null;
  try {
    const name = decodeURIComponent(uri.slice(prefix.length));
    return isPlainName(name) ? name : null;
  } catch {
    return null;
  }
}
