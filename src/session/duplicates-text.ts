import { countOf, formatBytes, formatDuration } from "../core/quantities.ts";
import type { DuplicateFile, DuplicateGroup, DuplicateReport, HashMethod } from "../duplicates/duplicate-report.ts";
import { shownName } from "./shown-name.ts";
import { answerTokens } from "./token-count.ts";

const maxTokens = 5_000;
const maxNamedFolders = 5;
const maxNamedPaths = 5;
const maxFilesOfGroup = 12;
const maxOtherNames = 3;

/** How the files of a group are alike, and by what that is known. */
const methods: Readonly<Record<HashMethod, { readonly groups: string; readonly by: string }>> = {
  full: { groups: "equal files", by: "by sha256 of all bytes" },
  partial: {
    groups: "files with the same size, head and tail",
    by: "by size, head and tail only: NOT proven equal but for small ones; the method full proves it",
  },
  perceptual: { groups: "pictures that look alike", by: "by how they look, not by their bytes: look before deleting" },
  text: {
    groups: "texts that are near copies",
    by: "by their runs of words, not by their bytes: compare before deleting",
  },
};

/** Groups as text for a model: the copy to keep first, most bytes first, within some thousand tokens; what is cut is counted. */
export function duplicatesText(path: string, report: DuplicateReport): string {
  const top = [duplicatesHeadline(path, report), ...folderLines(report), ...duplicateFacts(report)].map(shownName);
  const sections: string[] = [];
  let used = answerTokens(top.join("\n"));
  for (const [index, group] of report.groups.entries()) {
    const section = groupLines(group, index + 1, report.method)
      .map(shownName)
      .join("\n");
    used += answerTokens(`${section}\n\n`);
    if (used > maxTokens && sections.length > 0) break;
    sections.push(section);
  }
  const left = report.groupCount - sections.length;
  const tail =
    left > 0 ? [`${countOf(left, "further group")} not shown, each with less to free: give a path of its folder.`] : [];
  return [top.join("\n"), ...sections, ...tail].join("\n\n");
}

/** What was found and compared, and how, in one line. */
export function duplicatesHeadline(path: string, report: DuplicateReport): string {
  const { groups, by } = methods[report.method];
  const compared = `compared ${countOf(report.files, "file")} (${formatBytes(report.sizeBytes)}) in ${formatDuration(report.ms)}`;
  if (report.groupCount === 0)
    return `${path}: no ${groups}${report.left === null ? "" : " so far"}; ${compared}, ${by}.`;
  const found = `${countOf(report.groupCount, "group")} of ${groups}, ${countOf(report.copies, "copy", "copies")} beside those to keep`;
  return `${path}: ${found}, ${formatBytes(report.wastedBytes)} to free; ${compared}, ${by}. Nothing was deleted.`;
}

/** What stands beside the groups; one line each. */
export function duplicateFacts(report: DuplicateReport): string[] {
  const { left, changed, emptyFiles, hardLinks, skippedBy, skippedSamples } = report;
  const lines: string[] = [];
  const isKept = report.method === "perceptual" || report.method === "text";
  if (left !== null)
    lines.push(
      `Not compared for want of time: ${countOf(left.files, "file")} (${formatBytes(left.sizeBytes)}). ${isKept ? "Call again at once to go on from there, or narrow" : "Narrow"} it by path, categories or extensions; commons duplicates in a terminal takes its time.`,
    );
  if (changed.count > 0)
    lines.push(
      `Changed or went meanwhile, in no group: ${countOf(changed.count, "file")} (${named(changed.samples, changed.count)}).`,
    );
  if (hardLinks > 0)
    lines.push(`${countOf(hardLinks, "further name")} of the same files (hard links): no copies, nothing to free.`);
  if (emptyFiles > 0) lines.push(`${countOf(emptyFiles, "empty file")}: in no group.`);
  if (report.flatPictures > 0)
    lines.push(`${countOf(report.flatPictures, "picture")} of one colour: too little is seen to compare, in no group.`);
  if (report.rawsBeside > 0)
    lines.push(
      `${countOf(report.rawsBeside, "RAW photo")} beside the JPEG of the same photo: one photo each, nothing to free.`,
    );
  const reasons = Object.entries(skippedBy).toSorted(([, a], [, b]) => b - a);
  if (reasons.length > 0)
    lines.push(
      `Left out: ${reasons.map(([reason, count]) => `${reason} ${count.toLocaleString("en-US")}`).join(", ")}.`,
    );
  if (skippedSamples.length > 0)
    lines.push(
      `Not read: ${named(
        skippedSamples.map(({ path, reason, message }) => `${path} (${reason}${message === "" ? "" : `: ${message}`})`),
        skippedSamples.length,
      )}.`,
    );
  return lines;
}

/** "backup/2019 has 120 copies of files in photos/2019 (1.2 GB)." */
export function folderLines({ folders }: DuplicateReport): string[] {
  return folders
    .slice(0, maxNamedFolders)
    .map(
      ({ keep, other, files, wastedBytes }) =>
        `${other || "."} has ${countOf(files, "copy", "copies")} of files in ${keep || "."} (${formatBytes(wastedBytes)}).`,
    );
}

function groupLines(group: DuplicateGroup, number: number, method: HashMethod): string[] {
  const [keep, ...copies] = group.files;
  if (keep === undefined) return [];
  const isAlike = method === "perceptual" || method === "text";
  const count = group.files.length + group.moreFiles;
  const size = isAlike ? countOf(count, "file") : `${count.toLocaleString("en-US")} x ${formatBytes(keep.sizeBytes)}`;
  const unproven = method === "partial" && !group.isProven ? ", not proven" : "";
  const shown = copies.slice(0, maxFilesOfGroup);
  const left = copies.length - shown.length + group.moreFiles;
  return [
    `[${number}] ${formatBytes(group.wastedBytes)} to free: ${size}${unproven}`,
    `  keep ${fileWords(keep, isAlike)}. ${group.keepBecause}`,
    ...shown.map((file) => `  copy ${fileWords(file, isAlike)}`),
    ...(left > 0 ? [`  and ${countOf(left, "more copy", "more copies")}`] : []),
  ];
}

function fileWords(file: DuplicateFile, isAlike: boolean): string {
  const { path, otherNames, likeness, note, sizeBytes } = file;
  const facts = [
    ...(isAlike ? [formatBytes(sizeBytes)] : []),
    ...(isAlike && likeness < 1 ? [`${Math.floor(likeness * 100)} % alike`] : []),
    ...(note === null ? [] : [note]),
    ...(otherNames.length === 0 ? [] : [`the same file as ${named(otherNames, otherNames.length, maxOtherNames)}`]),
  ];
  return facts.length === 0 ? path : `${path} (${facts.join("; ")})`;
}

function named(names: readonly string[], count: number, most = maxNamedPaths): string {
  const shown = names.slice(0, most);
  return `${shown.join(", ")}${count > shown.length ? `, and ${(count - shown.length).toLocaleString("en-US")} more` : ""}`;
}
