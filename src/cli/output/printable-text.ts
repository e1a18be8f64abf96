import { stripVTControlCharacters } from "node:util";

// Control characters but tab and newline, and the marks that reorder text: a file must not be able to steer the terminal.
const unprintable = /[[\p{Cc}--[\t\n]][\u202a-\u202e\u2066-\u2069]]/gv;
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const zeroWidth = /[\p{Mn}\p{Me}\u200b-\u200f\ufeff]/u;

/** Text from files, names and agents as it may go to a terminal: no escape sequences, tabs as two blanks, lines kept. */
export function printable(text: string): string {
  return stripVTControlCharacters(text.replaceAll("\r\n", "\n")).replaceAll("\t", "  ").replaceAll(unprintable, "�");
}

/** `printable` on one line. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", " ");
}

/** Columns that a text takes on a terminal; escape sequences take none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of stripVTControlCharacters(text)) width += characterWidth(character);
  return width;
}

/** The text in at most `columns` columns; `keep` says which end of it tells more. */
export function fit(text: string, columns: number, keep: "start" | "end" = "start"): string {
  if (displayWidth(text) <= columns) return text;
  const characters = keep === "start" ? Array.from(text) : Array.from(text).toReversed();
  const kept: string[] = [];
  let width = 1;
  for (const character of characters) {
    width += characterWidth(character);
    if (width > columns) break;
    kept.push(character);
  }
  return keep === "start" ? `${kept.join("")}…` : `…${kept.toReversed().join("")}`;
}

function characterWidth(character: string): number {
  if (zeroWidth.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
