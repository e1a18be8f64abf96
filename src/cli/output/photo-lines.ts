import type { PhotoTag } from "../../extract/image/photo-facts.ts";
import { photoDetails } from "../../photos/photo-details.ts";
import type { PhotoReport, PhotoRow } from "../../photos/photo-report.ts";
import { createPlaceWords } from "../../photos/photo-place.ts";
import { photoWords } from "../../photos/photo-words.ts";
import { shownName } from "../../session/shown-name.ts";
import { fit, printableLine } from "./printable-text.ts";
import { tableLines, type Column } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const columns: readonly (Column & { readonly name: "taken" | "camera" | "lens" | "exposure" | "place" | "damage" })[] =
  [
    { name: "taken", header: "TAKEN", minWidth: 10 },
    { name: "camera", header: "CAMERA", minWidth: 8 },
    { name: "lens", header: "LENS", minWidth: 6 },
    { name: "exposure", header: "EXPOSURE", minWidth: 6 },
    { name: "place", header: "PLACE", minWidth: 6 },
    { name: "damage", header: "DAMAGE", minWidth: 6 },
  ];

/** A line for each photo; columns in which nothing stands are left out. */
export function photoTable(photos: readonly PhotoRow[], maxWidth: number): string[] {
  if (photos.length === 0) return [];
  const placeOf = createPlaceWords();
  const words = photos.map(({ photo }) => photoWords(photo, placeOf));
  const shown = columns.filter(({ name }) => words.some((word) => word[name] !== ""));
  const rows = photos.map(({ path }, index) => [
    shownName(path),
    ...shown.map(({ name }) => words[index]?.[name] ?? ""),
  ]);
  return tableLines([{ header: "PATH", minWidth: 12, keep: "end" }, ...shown], rows, maxWidth);
}

/** One photo in full: its groups of facts, then every tag by its block. */
export function detailLines(terminal: Terminal, { path, photo }: PhotoReport & { kind: "one" }): string[] {
  const lines = [terminal.style("bold", shownName(path))];
  if (photo.hasExif === null) lines.push("Known by its name only: nothing of this format is read.");
  else if (!photo.hasExif) lines.push("No EXIF.");
  const show = (name: string, text: string, width: number): string =>
    fit(`  ${printableLine(name).padEnd(width)}  ${printableLine(text)}`, terminal.columns);
  for (const { title, rows } of photoDetails(photo)) {
    lines.push("", terminal.style("bold", title));
    for (const [name, text] of rows) lines.push(show(name, text, 16));
  }
  for (const [block, tags] of byBlock(photo.tags ?? [])) {
    lines.push("", terminal.style("bold", printableLine(block)));
    for (const { name, text } of tags) lines.push(show(name, text, 28));
  }
  if (photo.tagsLeftOut > 0)
    lines.push("", `${photo.tagsLeftOut.toLocaleString("en-US")} further fields have no known name or type.`);
  return lines;
}

function byBlock(tags: readonly PhotoTag[]): Map<string, PhotoTag[]> {
  const blocks = new Map<string, PhotoTag[]>();
  for (const tag of tags) {
    const known = blocks.get(tag.block);
    if (known === undefined) blocks.set(tag.block, [tag]);
    else known.push(tag);
  }
  return blocks;
}
