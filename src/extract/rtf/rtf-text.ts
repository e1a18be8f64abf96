import type { SectionWriter } from "../sections.ts";
import { joinCells } from "../office/table-rows.ts";

/** Puts text together to paragraphs, headings, rows and notes as RTF orders them. */
export interface RtfText {
  add(text: string): void;
  /** `\pard`: the next paragraph is plain text outside of tables. */
  reset(): void;
  /** `\s1`, `\outlinelevel0`: 0 for a title, 1 for the topmost heading. */
  setLevel(level: number | null): void;
  setListItem(): void;
  /** `\intbl`: the paragraph stands in a table. */
  setInTable(): void;
  endParagraph(): void;
  endCell(): void;
  endRow(): void;
  /** A footnote stands inside of a paragraph; it is written after it. */
  beginNote(): void;
  endNote(): void;
}

const maxNotes = 10_000;

export function createRtfText(sections: SectionWriter): RtfText {
  let text = "";
  let level: number | null = null;
  let isListItem = false;
  let isInTable = false;
  let cells: string[] = [];
  let outer: string | null = null;
  let noteCount = 0;
  let notes: string[] = [];
  const write = (): void => {
    if (isInTable) text += "\n";
    else {
      if (level !== null) sections.heading(level, text);
      else if (isListItem) sections.block(text.trim() === "" ? "" : `- ${text.trim()}`, "row");
      else sections.block(text);
      text = "";
    }
    for (const note of notes) sections.block(note);
    notes = [];
    isListItem = false;
  };
  return {
    add: (piece) => void (text += piece),
    reset() {
      level = null;
      isListItem = false;
      isInTable = false;
    },
    setInTable: () => void (isInTable = true),
    setLevel: (next) => void (level = next),
    setListItem: () => void (isListItem = true),
    endParagraph() {
      if (outer === null) write();
      else text += " ";
    },
    endCell() {
      cells.push(text.replaceAll(/\s+/g, " ").trim());
      text = "";
    },
    endRow() {
      if (cells.some((cell) => cell !== "")) sections.block(joinCells(cells), "row");
      cells = [];
      isInTable = false;
    },
    beginNote() {
      if (outer !== null || noteCount >= maxNotes) return;
      outer = `${text}[${++noteCount}]`;
      text = "";
    },
    endNote() {
      if (outer === null) return;
      if (text.trim() !== "") notes.push(`[${noteCount}] ${text.trim()}`);
      text = outer;
      outer = null;
    },
  };
}
