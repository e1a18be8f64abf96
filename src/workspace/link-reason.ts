import { realpath } from "node:fs/promises";
import type { SkipReason } from "../core/document.ts";
import { isInside } from "./checked-file.ts";

/** Why a link is not followed. One that leads inside, or nowhere, is "symlink": its target is found under its own name. */
export async function linkReason(root: string, absolute: string): Promise<SkipReason> {
  if (!isInside(root, absolute)) return "symlink-outside";
  const target = await realpath(absolute).catch(() => null);
  return target === null || isInside(root, target) ? "symlink" : "symlink-outside";
}
