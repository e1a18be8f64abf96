import { countOf, formatBytes, formatDuration } from "../core/quantities.ts";
import type { PhotoFacts, PhotoTag } from "../extract/image/photo-facts.ts";
import { photoDetails } from "../photos/photo-details.ts";
import type { NameCounts, PhotoReport, PhotoRow, PhotoSummary } from "../photos/photo-report.ts";
import { createPlaceWords } from "../photos/photo-place.ts";
import { photoWords, takenText, type PhotoWords } from "../photos/photo-words.ts";
import { shownName } from "./shown-name.ts";
import { skippedLines } from "./skipped-text.ts";
import { answerTokens } from "./token-count.ts";

/** Of an answer; a client that cuts keeps more than this. */
const maxTokens = 7_000;
const namedUnread = 10;
const shownTagChars = 200;
const shownPlaces = 10;

/** More rows than an answer can ever hold. */
export const mostAnswerRows = 500;

/** A report as text for a model: a summary of all images, then as many rows as the budget holds; or one image in full. */
export function photosText(input: string, report: PhotoReport): string {
  return report.kind === "one" ? oneText(report.path, report.photo) : manyText(input, report);
}

function manyText(input: string, { photos, summary, ms }: PhotoReport & { kind: "many" }): string {
  const lines = [...summaryLines(shownName(input), summary, ms), ...unreadLines(summary), ...skippedLines(summary)];
  const head = lines.join("\n");
  if (photos.length === 0) return `${head}\nNo image to tell of. list_file_types names the formats that are read.`;
  const rows = rowsWithin(photos, maxTokens - answerTokens(head));
  const left = summary.files - rows.count;
  const more =
    left === 0
      ? []
      : [
          `(${countOf(left, "more image")}: the summary above is of all. For their rows give a folder below as path; for every tag of one, its file.)`,
        ];
  return [head, "", ...rows.lines, ...more].join("\n");
}

/** What is true of all images, in a few lines. */
export function summaryLines(input: string, summary: PhotoSummary, ms: number): string[] {
  const { files, withoutExif, namedOnly, damagedInPart, withTime, withPosition, takenFrom, takenTo } = summary;
  const withExif = files - withoutExif - namedOnly;
  const parts = [
    `${count(withExif)} with EXIF`,
    `${count(withoutExif)} without`,
    ...(namedOnly > 0 ? [`${count(namedOnly)} of formats known by name only`] : []),
    ...(damagedInPart > 0 ? [`${count(damagedInPart)} damaged in part`] : []),
  ];
  const cut = summary.isTruncated ? " (the greatest number of files reached)" : "";
  return [
    `${input}: ${countOf(files, "image")}, ${formatBytes(summary.sizeBytes)}, read in ${formatDuration(ms)}${cut}: ${parts.join(", ")}.`,
    ...(takenFrom === null || takenTo === null
      ? files === 0
        ? []
        : ["Taken: no image says when."]
      : [
          `Taken: ${takenText(takenFrom)}${takenTo === takenFrom ? "" : ` to ${takenText(takenTo)}`}, on the cameras' clocks (${count(withTime)} of ${count(files)} say it).`,
        ]),
    ...namesLine("Cameras", summary.cameras),
    ...namesLine("Lenses", summary.lenses),
    ...namesLine(`Places (${count(withPosition)} with a position)`, summary.places),
    ...namesLine("Formats", summary.formats),
  ];
}

function namesLine(label: string, { top, moreNames, moreFiles }: NameCounts): string[] {
  if (top.length === 0) return [];
  const names = top.slice(0, shownPlaces).map(([name, files]) => `${shownName(name)} ${count(files)}`);
  const rest = top.slice(shownPlaces);
  const others = rest.length + moreNames;
  const files = rest.reduce((sum, [, each]) => sum + each, moreFiles);
  return [`${label}: ${names.join("; ")}${others > 0 ? `; ${count(others)} more with ${count(files)}` : ""}.`];
}

/** Files that could not be read, the first ones by name. */
export function unreadLines({ unread, unreadCount, damaged = [], damagedInPart }: PhotoSummary): string[] {
  const others = damagedInPart - Math.min(damaged.length, namedUnread);
  const inPart = damaged.slice(0, namedUnread).map(shownName);
  const damagedLine =
    inPart.length === 0
      ? []
      : [`Damaged in part: ${inPart.join(", ")}${others > 0 ? ` and ${count(others)} more` : ""}.`];
  if (unreadCount === 0) return damagedLine;
  const named = unread.slice(0, namedUnread);
  const more = unreadCount - named.length;
  return [
    ...damagedLine,
    `Could not be read: ${countOf(unreadCount, "file")}.`,
    ...named.map(({ path, reason, message }) =>
      reason === message
        ? `- ${shownName(path)}: ${reason}`
        : `- ${shownName(path)}: ${reason} (${shownName(message).slice(0, shownTagChars)})`,
    ),
    ...(more > 0 ? [`- ${countOf(more, "more file")}`] : []),
  ];
}

const columns = ["taken", "camera", "lens", "exposure", "place", "damage"] as const;

/** A table in as many rows as fit; a column in which nothing stands is left out. */
function rowsWithin(photos: readonly PhotoRow[], room: number): { lines: string[]; count: number } {
  const placeOf = createPlaceWords();
  const words = photos.map(({ photo }) => photoWords(photo, placeOf));
  const shown = columns.filter((column) => words.some((word) => word[column] !== ""));
  const lines = [["path", ...shown].join(" | ")];
  let left = room - answerTokens(lines[0] ?? "");
  let shownRows = 0;
  for (const [index, { path }] of photos.entries()) {
    const line = rowText(path, words[index], shown);
    left -= answerTokens(`${line}\n`);
    if (left < 0 && shownRows > 0) break;
    lines.push(line);
    shownRows++;
  }
  return { lines, count: shownRows };
}

function rowText(path: string, words: PhotoWords | undefined, shown: readonly (typeof columns)[number][]): string {
  const cells = shown.map((column) => shownName(words?.[column] ?? "").replaceAll("|", "/") || "-");
  return [shownName(path), ...cells].join(" | ");
}

function oneText(path: string, photo: PhotoFacts): string {
  const groups = photoDetails(photo).map(({ title, rows }) =>
    [`${title}:`, ...rows.map(([name, text]) => `- ${name}: ${shownName(text)}`)].join("\n"),
  );
  const head = [`${shownName(path)}${exifNote(photo)}`, ...groups].join("\n");
  return [head, ...tagLines(photo, maxTokens - answerTokens(head))].join("\n");
}

function exifNote({ hasExif }: PhotoFacts): string {
  if (hasExif === null) return ": this format is known by its name only; nothing of it is read.";
  return hasExif ? "" : ": no EXIF.";
}

function tagLines({ tags, tagsLeftOut }: PhotoFacts, room: number): string[] {
  if (tags === null || tags.length === 0) return tagsLeftOut > 0 ? [leftOutText(tagsLeftOut)] : [];
  const lines = [`All tags (${count(tags.length)}):`];
  let left = room;
  let block = "";
  for (const [index, tag] of tags.entries()) {
    const line = `${block === tag.block ? "" : `[${shownName(tag.block)}]\n`}${tagText(tag)}`;
    left -= answerTokens(`${line}\n`);
    if (left < 0) {
      lines.push(`(${countOf(tags.length - index, "more tag")}: commons exif --json FILE prints all.)`);
      break;
    }
    lines.push(line);
    block = tag.block;
  }
  return tagsLeftOut > 0 ? [...lines, leftOutText(tagsLeftOut)] : lines;
}

function leftOutText(tagsLeftOut: number): string {
  return `(${countOf(tagsLeftOut, "further field")} without a known name or type.)`;
}

function tagText({ name, text }: PhotoTag): string {
  const shown = shownName(text);
  const cut =
    shown.length > shownTagChars ? `${shown.slice(0, shownTagChars)}... (${count(shown.length)} characters)` : shown;
  return `${shownName(name)}: ${cut}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
