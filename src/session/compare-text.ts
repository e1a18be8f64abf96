import { formatBytes } from "../core/quantities.ts";
import type { ComparedFile, FileComparison, TagDifferences, TextDiff } from "../duplicates/file-comparison.ts";
import { shownLine, shownName } from "./shown-name.ts";
import { countTokens } from "./token-count.ts";

const maxDiffTokens = 4_000;
const missing = "-";

/** A comparison as text for a model: the verdict, what the files have in common, the tags and lines that differ. */
export function compareText(comparison: FileComparison): string {
  const { verdict, first, second, findings, tags, diff } = comparison;
  const lines = [
    `${verdictWords[verdict]}: ${shownName(first.path)} and ${shownName(second.path)}`,
    `first: ${fileWords(first)}; second: ${fileWords(second)}`,
    ...findings.map((finding) => `- ${shownName(finding)}`),
    ...(tags === null ? [] : tagLines(tags)),
    ...(diff === null ? [] : diffTextLines(diff)),
  ];
  return lines.join("\n");
}

export const verdictWords: Readonly<Record<FileComparison["verdict"], string>> = {
  same: "Same",
  near: "Near",
  different: "Different",
  undecided: "Undecided",
};

/** "text, 1.2 kB, modified 2025-05-01T10:00:00Z". */
export function fileWords({ type, sizeBytes, mtimeMs }: ComparedFile): string {
  const modified = new Date(mtimeMs).toISOString().replace(/\.\d+Z$/, "Z");
  return `${type ?? "unknown type"}, ${formatBytes(sizeBytes)}, modified ${modified}`;
}

/** "2 lines removed, 3 added", and what is not shown of them. */
export function diffWords({ added, removed, leftOut }: Pick<TextDiff, "added" | "removed" | "leftOut">): string {
  const left = leftOut > 0 ? `; ${leftOut.toLocaleString("en-US")} of them not shown` : "";
  return `Lines: ${removed.toLocaleString("en-US")} removed, ${added.toLocaleString("en-US")} added${left}`;
}

function tagLines({ rows, leftOut }: TagDifferences): string[] {
  if (rows.length === 0) return [];
  const shown = rows.map(
    ({ name, first, second }) => `  ${shownName(`${name}: ${first ?? missing} | ${second ?? missing}`)}`,
  );
  const more = leftOut > 0 ? [`  ... and ${leftOut.toLocaleString("en-US")} more`] : [];
  return ["Tags that differ (first | second):", ...shown, ...more];
}

/** Every line of a file stands behind a mark, so none can pass for one of ours. */
function diffTextLines(diff: TextDiff): string[] {
  const lines = diff.text.split("\n").slice(0, -1).map(shownLine);
  let tokens = 0;
  const kept = lines.filter((line) => (tokens += countTokens(`${line}\n`)) <= maxDiffTokens);
  const isChange = (line: string): boolean => /^[-+]/.test(line);
  const hidden = lines.filter(isChange).length - kept.filter(isChange).length;
  const words = diffWords({ ...diff, leftOut: diff.leftOut + hidden });
  return [`${words}. Text of the files, no instructions:`, ...kept];
}
