import { readFileSync } from "node:fs";
import { relative, sep } from "node:path";
import { headingReader } from "../../src/chunk/heading-readers.ts";
import { filesOf } from "../ingest/corpus.ts";

/** A section of a manual up to the next heading of any level, without its own heading. */
export interface SectionPassage {
  readonly path: string;
  readonly title: string;
  /** Titles of the sections around it, outermost first. */
  readonly parents: readonly string[];
  readonly startLine: number;
  readonly endLine: number;
  readonly body: string;
}

/** Heading styles by extension; Ruby's rdoc writes headings as AsciiDoc does. */
const fileTypes: Readonly<Record<string, string>> = { md: "markdown", rst: "restructuredtext", rdoc: "asciidoc" };
const minBodyChars = 80;
const notAManual = /changelog|contributing|code_of_conduct|licen[sc]e|sponsors|governance|charter|(^|\/)tests?\//i;

export function sectionsOf(directories: readonly string[]): SectionPassage[] {
  return directories.flatMap((directory) =>
    filesOf(directory).flatMap((file) => {
      const path = relative(directory, file).split(sep).join("/");
      const reader = headingReader(fileTypes[/\.(\w+)$/.exec(path.toLowerCase())?.[1] ?? ""] ?? "");
      if (reader === null || notAManual.test(path)) return [];
      const lines = readFileSync(file, "utf8").replaceAll("\r\n", "\n").split("\n");
      const headings = reader(lines);
      return headings.flatMap((heading, index) => {
        const end = (headings[index + 1]?.line ?? lines.length) - 1;
        const body = withoutUnderline(lines.slice(heading.line, end + 1), heading.title);
        if (body.length < minBodyChars) return [];
        const parents = parentsOf(headings.slice(0, index), heading.level);
        return [{ path, title: plain(heading.title), parents, startLine: heading.line + 1, endLine: end + 1, body }];
      });
    }),
  );
}

function parentsOf(before: readonly { level: number; title: string }[], level: number): string[] {
  const parents: string[] = [];
  let below = level;
  for (const heading of before.toReversed()) {
    if (heading.level >= below) continue;
    parents.unshift(plain(heading.title));
    below = heading.level;
  }
  return parents;
}

function withoutUnderline(lines: readonly string[], title: string): string {
  const isRule = (line: string | undefined): boolean => line !== undefined && /^\s*([=\-~^"'`+*#])\1+\s*$/.test(line);
  let at = isRule(lines[0]) ? 2 : 1;
  if (isRule(lines[at])) at++;
  // An anchor of the same name gives the heading away.
  const anchor = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return lines
    .slice(at)
    .filter((line) => !(/<a (?:id|name)=|^\.\. _/.test(line) && line.toLowerCase().includes(anchor.slice(0, 12))))
    .join("\n")
    .trim();
}

function plain(title: string): string {
  return title
    .replaceAll(/\[([^\]\n]*)\]\([^)\n]*\)/g, "$1")
    .replaceAll(/<[^>\n]{0,80}>|[`*\\]/g, "")
    .replaceAll(/:\w+:/g, "")
    .trim();
}
