import { join } from "node:path";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { linkReason } from "../workspace/link-reason.ts";
import type { Unread } from "./document-reader.ts";

/** What an error says of a file that could not be opened or read: skipped for a reason, or failed. */
export async function unreadFrom(
  error: unknown,
  { root, path }: { readonly root: string; readonly path: string },
): Promise<Unread> {
  if (error instanceof CommonsError) {
    if (error.code === "PATH_OUTSIDE_WORKSPACE")
      return { kind: "skipped", reason: await linkReason(root, join(root, path)) };
    if (error.code === "PATH_WRONG_KIND") return { kind: "skipped", reason: "special-file" };
    if (error.code === "PIXELS_UNAVAILABLE")
      return { kind: "skipped", reason: "no-decoder", message: `${error.message} ${error.hint ?? ""}`.trim() };
  }
  const code = systemErrorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR") return { kind: "skipped", reason: "vanished" };
  // A socket cannot be opened at all.
  if (code === "ENXIO" || code === "ENODEV") return { kind: "skipped", reason: "special-file" };
  if (code === "EACCES" || code === "EPERM") return { kind: "skipped", reason: "unreadable" };
  return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
}
