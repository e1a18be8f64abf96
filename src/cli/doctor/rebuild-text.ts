import type { LostDocument, RebuildReport } from "../../core/catalog-repair.ts";
import { countOf } from "../../core/quantities.ts";

const mostNamed = 20;

/** What a rebuild brought back from where, what is lost, and what the next ingest does. */
export function rebuildLines(facts: RebuildReport): string[] {
  const { chroma, file } = facts;
  const lines = [
    `Brought back: ${countOf(facts.collections, "collection")}, ${countOf(facts.documents, "document")}, ${countOf(facts.notes, "note")}.`,
    chroma.wasAsked
      ? `Of these ChromaDB gave ${countOf(chroma.documents, "document")} and ${countOf(chroma.notes, "note")}; the rest was read from the damaged file.`
      : "ChromaDB was not asked: all was read from the damaged file.",
  ];
  if (facts.nameless.length > 0)
    lines.push(`Collections that lost their names are called ${facts.nameless.join(", ")}.`);
  if (file.damagedPages + file.missingPages > 0)
    lines.push(
      `${countOf(file.damagedPages + file.missingPages, "page")} of the file could not be read: of what stood only there, nobody knows.`,
    );
  // How many is not known: a damaged page counts its rows wrongly.
  if (file.damagedRows > 0) lines.push("In other pages some rows could not be read.");
  if (file.lostCommits > 0) lines.push(`${countOf(file.lostCommits, "write")} of the last could not be read.`);
  lines.push(...lostLines("note", facts.lostNotes), ...lostLines("file", facts.lostFiles));
  if (facts.filesToIngest > 0)
    lines.push(`${countOf(facts.filesToIngest, "file")} that could not be read come back with the next ingest.`);
  if (facts.workspaces.length > 0)
    lines.push(`Read again by their next ingest or search: ${facts.workspaces.join(", ")}.`);
  if (chroma.ofOthers.length > 0)
    lines.push(
      `ChromaDB has collections of a hub that this catalog never knew: ${chroma.ofOthers.join(", ")}. To have copies: commons adopt NAME`,
    );
  lines.push(`The damaged catalog is kept in ${facts.keptIn}.`);
  return lines;
}

function lostLines(word: string, lost: readonly LostDocument[]): string[] {
  if (lost.length === 0) return [];
  const named = lost
    .slice(0, mostNamed)
    .map(({ collection, path, isInPart }) => `  ${path} in ${collection}${isInPart ? " (a part of it is left)" : ""}`);
  const rest = lost.length - named.length;
  return [`Lost: ${countOf(lost.length, word)}.`, ...named, ...(rest > 0 ? [`  and ${rest} more`] : [])];
}
