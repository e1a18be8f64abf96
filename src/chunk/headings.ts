import { headingReader, type Heading } from "./heading-readers.ts";
import type { Chunker, Segment } from "./segments.ts";
import { plainSegment } from "./windows.ts";

export const headingsVersion = "headings-2";

// Sections below this size join the next one of the same or a deeper level.
const tinyChars = 300;
const mergedChars = 2_000;

/** Sections of prose, one segment each; the heading is the symbol, the path of headings ("Guide > Install") the doc. */
export const cutSections: Chunker = (lines, document) => {
  const headings = headingReader(document.fileType)?.(lines) ?? [];
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
