import { CommonsError } from "../../core/errors.ts";

/** Replaces the characters from `start` up to `end`, without it. Offsets are UTF-16 units of the text before all edits. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text with all edits, which must not overlap; those at one place go in their order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const ordered = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  let result = "";
  let position = 0;
  for (const edit of ordered) {
    if (edit.start < position) throw new CommonsError("INTERNAL", "Two edits of one file overlap.");
    result += text.slice(position, edit.start) + edit.text;
    position = edit.end;
  }
  return result + text.slice(position);
}

/** How the text ends its lines: as its first line does. */
export function lineBreakOf(text: string): string {
  const first = text.indexOf("\n");
  return first > 0 && text[first - 1] === "\r" ? "\r\n" : "\n";
}

/** Where the line of `offset` begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the line of `offset` ends, before its line break. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf("\n", offset);
  if (found === -1) return text.length;
  return found > offset && text[found - 1] === "\r" ? found - 1 : found;
}

/** The end of the line before, ahead of its line break; null on the first line. */
export function previousLineEnd(text: string, start: number): number | null {
  if (start === 0) return null;
  return text[start - 2] === "\r" ? start - 2 : start - 1;
}

/** Where the next line begins; the text's end on the last line. */
export function nextLineStart(text: string, offset: number): number {
  const found = text.indexOf("\n", offset);
  return found === -1 ? text.length : found + 1;
}

/** The spaces and tabs that the line of `offset` begins with. */
export function indentationAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? "";
}

/** Whether nothing but spaces and tabs stands before `offset` on its line. */
export function isFirstOnLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset));
}

/** `text` is at fault at `offset`; the fact goes on as "at line 3, column 7: ...". */
export function unusableAt(text: string, offset: number, fact: string): CommonsError {
  const start = lineStart(text, offset);
  const line = text.slice(0, start).split("\n").length;
  return unusableText({ line, column: offset - start + 1 }, fact);
}

/** Line and column count from 1. */
export function unusableText(place: { readonly line: number; readonly column: number }, fact: string): CommonsError {
  return new CommonsError(
    "CLIENT_FILE_UNUSABLE",
    `The file is broken at line ${place.line}, column ${place.column}: ${fact}.`,
    { hint: "Mend it there, then try again. Nothing was changed.", details: { ...place } },
  );
}
