import { isBlank } from "./segments.ts";

export interface Heading {
  /** Line index of the section's first line (an overline or the heading itself). */
  readonly line: number;
  /** 1 is the topmost. */
  readonly level: number;
  readonly title: string;
}

/** The headings of a text in the order of its lines. */
export type HeadingReader = (lines: readonly string[]) => Heading[];

// Longer lines are no headings, and some patterns take long on them.
const maxHeadingChars = 500;

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

const rstLine = /^([!-/:-@[-`{-~])\1+\s*$/;

const readRst: HeadingReader = (lines) => {
  const headings: Heading[] = [];
  // Levels are not fixed: the first style of line that a document uses is its topmost.
  const styles: string[] = [];
  for (let at = 1; at < lines.length; at++) {
    const mark = rstLine.exec((lines[at] ?? "").slice(0, maxHeadingChars));
    const title = lines[at - 1] ?? "";
    if (mark === null || title.length > maxHeadingChars || isBlank(title) || rstLine.test(title)) continue;
    const line = mark[0].trim();
    const over = at >= 2 && lines[at - 2]?.trim() === line;
    // Two points or colons under a word are no heading, and only below an overline a title may be indented.
    if (line.length < (over || /^[=\-~^]/.test(line) ? 2 : 3) || (!over && /^\s/.test(title))) continue;
    if (line.length < title.trimEnd().length) continue;
    const style = `${line[0]}${over ? "over" : ""}`;
    if (!styles.includes(style)) styles.push(style);
    headings.push({ line: over ? at - 2 : at - 1, level: styles.indexOf(style) + 1, title: cleanTitle(title.trim()) });
  }
  return headings;
};

const asciidocLines = ["=", "-", "~", "^", "+"];

const readAsciidoc: HeadingReader = (lines) => {
  const headings: Heading[] = [];
  let block: string | null = null;
  lines.forEach((line, at) => {
    const fence = /^(-{4,}|\.{4,}|={4,}|\+{4,}|\/{4,}|_{4,}|\*{4,}|\|={3,}|```)\s*$/.exec(line)?.[1] ?? null;
    if (block !== null) {
      if (fence === block) block = null;
      return;
    }
    const under = underlined(lines, at);
    if (under !== null) headings.push(under);
    if (under !== null) return;
    const heading =
      fence === null && line.length <= maxHeadingChars ? /^(={1,6}|#{1,6})[ \t]+(\S.*)$/.exec(line) : null;
    if (heading?.[1] !== undefined)
      headings.push({
        line: firstAttributeLine(lines, at),
        level: heading[1].length,
        title: cleanTitle((heading[2] ?? "").replace(/\s+[=#]+$/, "")),
      });
    block = fence;
  });
  return headings;
};

/** A title with a line of its length below it. */
function underlined(lines: readonly string[], at: number): Heading | null {
  const line = (lines[at] ?? "").trimEnd();
  const title = lines[at - 1] ?? "";
  const level = asciidocLines.indexOf(line[0] ?? " ") + 1;
  if (level === 0 || line.length < 3 || line.length > maxHeadingChars || !/^(.)\1*$/.test(line)) return null;
  if (!/^[\p{L}\p{N}_]/u.test(title) || Math.abs(title.trimEnd().length - line.length) > 2) return null;
  if (at >= 2 && !/^(?:\[.*\]|\s*)$/.test(lines[at - 2] ?? "")) return null;
  return { line: firstAttributeLine(lines, at - 1), level, title: cleanTitle(title.trim()) };
}

/** Anchors and attributes right above a heading belong to it. */
function firstAttributeLine(lines: readonly string[], at: number): number {
  let first = at;
  while (first > 0 && /^\[[^\]]{0,200}\]{1,2}\s*$/.test((lines[first - 1] ?? "").slice(0, maxHeadingChars))) first--;
  return first;
}

const readOrg: HeadingReader = (lines) => {
  const headings = matchHeadings(lines, /^(\*+)[ \t]+(\S.*)$/, (mark) => mark.length);
  return headings.map((heading) => ({
    ...heading,
    title: heading.title.replace(/^(?:TODO|DONE|NEXT|WAITING)\s+/, "").replace(/\s+:[\w@:]+:$/, ""),
  }));
};

const latexLevels = ["part", "chapter", "section", "subsection", "subsubsection", "paragraph"];
const readLatex: HeadingReader = (lines) => {
  const headings = matchHeadings(
    lines,
    /^\s*\\(part|chapter|section|subsection|subsubsection|paragraph)\*?\s*(?:\[[^\]]*\])?\{(.+)\}/,
    (mark) => latexLevels.indexOf(mark) + 1,
  );
  return headings.map((heading) => ({
    ...heading,
    title: heading.title.replaceAll(/\}?\s*\\label\{[^}]*\}?|\\[a-zA-Z]+\{?|[{}]/g, "").trim() || heading.title,
  }));
};

const idLevel = 7;

/** Headings, and parts of the page that have an id; not those in scripts and comments. */
const readHtml: HeadingReader = (lines) => {
  const headings: Heading[] = [];
  let hidden: RegExp | null = null;
  lines.forEach((whole, line) => {
    const text = whole.slice(0, maxHeadingChars);
    if (hidden !== null) {
      if (hidden.test(whole)) hidden = null;
      return;
    }
    const heading = /<h([1-6])\b[^>]*>(.*?)(?:<\/h[1-6]>|$)/i.exec(text);
    const title =
      heading === null ? "" : cleanTitle(`${heading[2]} ${/<\/h/i.test(text) ? "" : (lines[line + 1] ?? "").trim()}`);
    const id =
      /<(?:section|article|main|div|form|nav|header|footer|aside|dialog|template|table)\b[^>]*\bid\s*=\s*["']?([\w-]+)/i.exec(
        text,
      );
    if (title !== "") headings.push({ line, level: Number(heading?.[1]), title });
    else if (id?.[1] !== undefined) headings.push({ line, level: idLevel, title: id[1] });
    const opened = /<(script|style)\b|(<!--)/i.exec(text);
    if (opened === null) return;
    const end = opened[2] === undefined ? new RegExp(`</${opened[1]}`, "i") : /-->/;
    if (!end.test(whole.slice(opened.index))) hidden = end;
  });
  return headings;
};

/** The stages of a build, each from its FROM. */
const readDockerfile: HeadingReader = (lines) =>
  matchHeadings(lines, /^\s*(FROM)\s+(\S.*)$/i, () => 1).map((heading) => ({
    ...heading,
    title: /\sAS\s+(\S+)\s*$/i.exec(heading.title)?.[1] ?? heading.title,
  }));

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
  html: readHtml,
  dockerfile: readDockerfile,
};

/** The reader for a file type; null for one that has no headings. */
export function headingReader(fileType: string): HeadingReader | null {
  return Object.hasOwn(readers, fileType) ? (readers[fileType] ?? null) : null;
}
