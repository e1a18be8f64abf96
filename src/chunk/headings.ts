import { isBlank, type Chunker, type Segment } from "./segments.ts";
import { plainSegment } from "./windows.ts";

export const headingsVersion = "headings-1";

interface Heading {
  /** Line index of the section's first line (an overline or the heading itself). */
  readonly line: number;
  /** 1 is the topmost. */
  readonly level: number;
  readonly title: string;
}

type HeadingReader = (lines: readonly string[]) => Heading[];

// Sections below this size join the next one of the same or a deeper level.
const tinyChars = 300;
const mergedChars = 2_000;
// Longer lines are no headings, and some patterns take long on them.
const maxHeadingChars = 500;

/** Sections of prose, one segment each; the heading is the symbol, the path of headings ("Guide > Install") the doc. */
export const cutSections: Chunker = (lines, document) => {
  const headings = (readers[document.fileType] ?? readMarkdown)(lines);
  const first = headings[0]?.line ?? lines.length;
  const before = first > 0 ? [plainSegment({ start: 0, end: first - 1 }, "section")] : [];
  const path: Heading[] = [];
  const sections = headings.map((heading, index) => {
    while ((path.at(-1)?.level ?? 0) >= heading.level) path.pop();
    const scope = path.map((each) => each.title);
    path.push(heading);
    const end = (headings[index + 1]?.line ?? lines.length) - 1;
    return { level: heading.level, segment: sectionSegment(heading, end, scope) };
  });
  return [...before, ...mergeTiny(lines, sections)];
};

function sectionSegment(heading: Heading, end: number, scope: readonly string[]): Segment {
  const doc = [...scope, heading.title].join(" > ");
  return { start: heading.line, end, kind: "section", symbol: heading.title, signature: null, doc, scope };
}

function mergeTiny(lines: readonly string[], sections: readonly { level: number; segment: Segment }[]): Segment[] {
  const merged: Segment[] = [];
  let open: { level: number; segment: Segment; chars: number } | null = null;
  for (const { level, segment } of sections) {
    const chars = lengthOf(lines, segment);
    if (open !== null && open.chars < tinyChars && level >= open.level && open.chars + chars <= mergedChars) {
      open = { level: open.level, segment: joinSections(open.segment, segment), chars: open.chars + chars };
      continue;
    }
    if (open !== null) merged.push(open.segment);
    open = { level, segment, chars };
  }
  if (open !== null) merged.push(open.segment);
  return merged;
}

/** The first heading names the joined section; the others stay findable through the doc. */
function joinSections(first: Segment, second: Segment): Segment {
  const doc = [first.doc, second.symbol].filter((each) => each !== null).join(" | ");
  return { ...first, end: second.end, doc: doc.slice(0, 1_000).toWellFormed() };
}

function lengthOf(lines: readonly string[], segment: Segment): number {
  let chars = 0;
  for (let at = segment.start; at <= segment.end; at++) chars += lines[at]?.length ?? 0;
  return chars;
}

const readMarkdown: HeadingReader = (lines) => {
  const headings: Heading[] = [];
  let fence: string | null = null;
  for (let at = frontMatterEnd(lines); at < lines.length; at++) {
    const line = lines[at] ?? "";
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence !== null) {
      if (mark?.[1]?.startsWith(fence) && isBlank(mark[2])) fence = null;
    } else if (mark?.[1] !== undefined) {
      fence = mark[1];
    } else {
      const heading = atxHeading(line, at) ?? setextHeading(lines, at);
      if (heading !== null) headings.push(heading);
    }
  }
  return headings;
};

function atxHeading(line: string, at: number): Heading | null {
  if (line.length > maxHeadingChars) return null;
  const match = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/.exec(line);
  const title = match?.[2]?.trim();
  return match?.[1] === undefined || !title ? null : { line: at, level: match[1].length, title: cleanTitle(title) };
}

function setextHeading(lines: readonly string[], at: number): Heading | null {
  const under = /^ {0,3}(=+|-+)[ \t]*$/.exec(lines[at + 1] ?? "")?.[1];
  const line = lines[at] ?? "";
  // A list, a quote or a table row above a rule is no heading, and neither is the last line of a paragraph.
  if (
    under === undefined ||
    line.length > maxHeadingChars ||
    isBlank(line) ||
    /^ {0,3}([-*+>|=]|\d+[.)])/.test(line) ||
    /^ {4}/.test(line)
  )
    return null;
  if (under.length < 2 || (at > 0 && !isBlank(lines[at - 1]))) return null;
  return { line: at, level: under.startsWith("=") ? 1 : 2, title: cleanTitle(line.trim()) };
}

function frontMatterEnd(lines: readonly string[]): number {
  if (lines[0] !== "---") return 0;
  const end = lines.indexOf("---", 1);
  return end === -1 || end > 100 ? 0 : end + 1;
}

const readRst: HeadingReader = (lines) => {
  const headings: Heading[] = [];
  // Levels are not fixed: the first style of line that a document uses is its topmost.
  const styles: string[] = [];
  for (let at = 1; at < lines.length; at++) {
    const under = /^([=\-~^"'`#*+.:_])\1{2,}\s*$/.exec(lines[at] ?? "");
    const title = lines[at - 1] ?? "";
    if (
      under === null ||
      title.length > maxHeadingChars ||
      isBlank(title) ||
      /^\s/.test(title) ||
      under[0].trim().length < title.trimEnd().length
    )
      continue;
    if (/^([=\-~^"'`#*+.:_])\1{2,}\s*$/.test(title)) continue;
    const over = at >= 2 && lines[at - 2]?.trim() === under[0].trim();
    const style = `${under[1]}${over ? "over" : ""}`;
    if (!styles.includes(style)) styles.push(style);
    headings.push({ line: over ? at - 2 : at - 1, level: styles.indexOf(style) + 1, title: cleanTitle(title.trim()) });
  }
  return headings;
};

const readAsciidoc: HeadingReader = (lines) => {
  const headings: Heading[] = [];
  let block: string | null = null;
  lines.forEach((line, at) => {
    const fence = /^(-{4,}|\.{4,}|={4,}|\+{4,}|\/{4,})\s*$/.exec(line)?.[1] ?? null;
    if (fence !== null) {
      block = block === null ? fence : block === fence ? null : block;
      return;
    }
    const match = block === null && line.length <= maxHeadingChars ? /^(={1,6})[ \t]+(\S.*)$/.exec(line) : null;
    if (match?.[1] !== undefined)
      headings.push({ line: at, level: match[1].length, title: cleanTitle(match[2] ?? "") });
  });
  return headings;
};

const readOrg: HeadingReader = (lines) => matchHeadings(lines, /^(\*+)[ \t]+(\S.*)$/, (mark) => mark.length);

const latexLevels = ["part", "chapter", "section", "subsection", "subsubsection", "paragraph"];
const readLatex: HeadingReader = (lines) =>
  matchHeadings(
    lines,
    /^\s*\\(part|chapter|section|subsection|subsubsection|paragraph)\*?\{(.+?)\}/,
    (mark) => latexLevels.indexOf(mark) + 1,
  );

function matchHeadings(lines: readonly string[], pattern: RegExp, levelOf: (mark: string) => number): Heading[] {
  return lines.flatMap((line, at) => {
    const match = line.length > maxHeadingChars ? null : pattern.exec(line);
    return match === null ? [] : [{ line: at, level: levelOf(match[1] ?? ""), title: cleanTitle(match[2] ?? "") }];
  });
}

function cleanTitle(title: string): string {
  const clean = title
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[`*]|<[^>]{1,100}>|\{#[^}]*\}/g, "")
    .trim();
  return (clean || title).slice(0, 200).toWellFormed();
}

const readers: Readonly<Record<string, HeadingReader>> = {
  markdown: readMarkdown,
  restructuredtext: readRst,
  asciidoc: readAsciidoc,
  org: readOrg,
  latex: readLatex,
};
