import type { TextPart } from "./extracted.ts";

/** Takes the blocks of a document in order and makes sections of them, one part each, cut at the headings. */
export interface SectionWriter {
  /** Level 0 is a title, 1 the topmost heading; blank titles are passed over. */
  heading(level: number, title: string): void;
  /** Rows and list items follow one another line by line; paragraphs stand apart. Blank text is passed over. */
  block(text: string, kind?: "paragraph" | "row"): void;
  /** Ends the section: what follows belongs to no heading but those above `level`. */
  breakAt(level: number): void;
  /** Whether `maxChars` are reached: what is given from now on is dropped. */
  isFull(): boolean;
  /** The parts, with the section's number from 1 as their position; to be called once. */
  finish(): TextPart[];
}

interface Heading {
  readonly level: number;
  readonly title: string;
}

interface Section {
  /** From the topmost to the section's own. */
  readonly path: readonly Heading[];
  readonly level: number;
  readonly start: number;
  end: number;
  doc: string | null;
  text: string;
}

export const maxTextChars = 8_000_000;
const maxTitleChars = 200;
// As for Markdown: sections below this size join the next one of the same or a deeper level.
const tinyChars = 300;
const mergedChars = 2_000;

export function createSections(maxChars = maxTextChars): SectionWriter {
  const path: Heading[] = [];
  const sections: Section[] = [];
  let open: Section | null = null;
  let lastKind: "paragraph" | "row" = "paragraph";
  let chars = 0;
  const begin = (level: number): Section => {
    const number = sections.length + 1;
    const doc = path.length === 0 ? null : path.map((each) => each.title).join(" > ");
    const section: Section = { path: [...path], level, start: number, end: number, doc, text: "" };
    sections.push(section);
    return section;
  };
  const add = (section: Section, text: string, separator: string): void => {
    const piece = section.text === "" ? text : separator + text;
    section.text += piece;
    chars += piece.length;
  };
  const close = (level: number): void => {
    while ((path.at(-1)?.level ?? -1) >= level) path.pop();
    open = null;
    lastKind = "paragraph";
  };
  return {
    isFull: () => chars >= maxChars,
    breakAt: close,
    heading(level, rawTitle) {
      const title = oneLine(rawTitle);
      if (title === "" || chars >= maxChars) return;
      close(level);
      path.push({ level, title });
      open = begin(level);
      add(open, title, "");
    },
    block(rawText, kind = "paragraph") {
      const text = rawText.trimEnd();
      if (text.trim() === "" || chars >= maxChars) return;
      open ??= begin((path.at(-1)?.level ?? -1) + 1);
      add(open, text.slice(0, maxChars - chars), kind === "row" && lastKind === "row" ? "\n" : "\n\n");
      lastKind = kind;
    },
    finish: () => mergeTiny(sections).map(partOf),
  };
}

/** A title without line breaks and runs of blanks, at most 200 characters. */
export function oneLine(text: string): string {
  return text
    .slice(0, 4 * maxTitleChars)
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, maxTitleChars)
    .toWellFormed();
}

function mergeTiny(sections: readonly Section[]): Section[] {
  const merged: Section[] = [];
  for (const section of sections) {
    const last = merged.at(-1);
    const joins =
      last !== undefined &&
      last.text.length < tinyChars &&
      section.level >= last.level &&
      last.text.length + section.text.length <= mergedChars;
    if (!joins) {
      merged.push({ ...section });
      continue;
    }
    last.text += `\n\n${section.text}`;
    last.end = section.end;
    const title = section.path.at(-1)?.title;
    // The first heading names the joined section; the others stay findable through the doc.
    if (title !== undefined && section.doc !== last.doc) last.doc = joinDoc(last.doc, title);
  }
  return merged;
}

function joinDoc(doc: string | null, title: string): string {
  return (doc === null ? title : `${doc} | ${title}`).slice(0, 1_000).toWellFormed();
}

function partOf({ path, start, end, doc, text }: Section): TextPart {
  return {
    text: `${text.toWellFormed()}\n`,
    start,
    end,
    kind: "section",
    symbol: path.at(-1)?.title ?? null,
    signature: null,
    doc: doc?.slice(0, 1_000).toWellFormed() ?? null,
    scope: path.slice(0, -1).map((each) => each.title),
  };
}
