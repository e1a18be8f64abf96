import { countOf } from "../core/quantities.ts";
import type { MirrorStatus } from "../engine/mirror-status.ts";

/** What a person should know of the mirror, with the next step; null when all is well. */
export function mirrorDetail({ state, lastError, conflicts, refused }: MirrorStatus): string | null {
  const facts: string[] = [];
  if (state === "waiting" && lastError !== null) facts.push(`The mirror waits: ${lastError}`);
  const foreign = conflicts.filter(({ isForeign }) => isForeign).map(({ collection }) => collection);
  if (foreign.length > 0)
    facts.push(`Not in ChromaDB, because another program holds the name there: ${foreign.join(", ")}.`);
  for (const { collection, isForeign, message } of conflicts)
    if (!isForeign) facts.push(`"${collection}" is not in ChromaDB: ${message.replace(/\.?$/, ".")}`);
  if (conflicts.length > 0) facts.push("To have it there too, ingest it under another name.");
  if (refused.count > 0) facts.push(`ChromaDB refused ${countOf(refused.count, "record")}.`);
  return facts.join(" ") || null;
}
