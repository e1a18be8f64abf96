import { countOf } from "../../core/quantities.ts";
import { displayWidth, fit, printableLine } from "./printable-text.ts";

/** How far a piece of work is; `total` null while it is not known. */
export interface ProgressState {
  /** What is done now, for example "reading". */
  readonly phase: string;
  readonly done: number;
  readonly total: number | null;
  /** What `done` and `total` count, in the singular. */
  readonly unit: string;
  /** The file or record in work. */
  readonly current: string | null;
}

// With its brackets; a narrower one tells nothing.
const widestBar = 26;
const narrowestBar = 12;
const narrowestLabel = 8;
const narrowestCurrent = 12;
const gap = "  ";

/**
 * One line of progress in at most `columns` columns: label, bar, share, phase, count, and the current file where there is room. Where
 * there is not, the current file goes first, then the label gets shorter, then the bar, then the phase goes; share and count stay.
 */
export function progressLine(label: string, state: ProgressState, columns: number): string {
  const name = printableLine(label);
  const line = state.total
    ? lineWithBar(name, { ...state, total: state.total }, columns)
    : lineWithoutShare(name, state, columns);
  const room = columns - displayWidth(line) - gap.length;
  if (state.current === null || room < narrowestCurrent) return fit(line, columns);
  return line + gap + fit(printableLine(state.current), room, "end");
}

function lineWithoutShare(name: string, { phase, done, unit }: ProgressState, columns: number): string {
  const count = done === 0 ? "" : gap + countOf(done, unit);
  const room = columns - gap.length - displayWidth(count);
  const label = fit(name, Math.max(narrowestLabel, room - displayWidth(phase)), "end");
  return label + gap + fit(printableLine(phase), room - displayWidth(label)) + count;
}

function lineWithBar(
  name: string,
  { phase, done, total, unit }: ProgressState & { readonly total: number },
  columns: number,
): string {
  // "736 kB", but "736 files".
  const count = `${done.toLocaleString("en-US")}/${/^k?B$/.test(unit) ? countOf(total, unit, unit) : countOf(total, unit)}`;
  const share = Math.min(1, done / total);
  const percent = `${String(Math.floor(share * 100)).padStart(3)}%`;
  const leastLabel = Math.min(displayWidth(name), narrowestLabel);
  for (const facts of [`${percent}${gap}${phase}${gap}${count}`, `${percent}${gap}${count}`]) {
    // Beside the facts: the label, a gap, the bar and a blank.
    const room = columns - displayWidth(facts) - gap.length - 1;
    if (room < leastLabel + narrowestBar) continue;
    const bar = Math.max(narrowestBar, Math.min(widestBar, room - displayWidth(name)));
    return `${fit(name, room - bar, "end")}${gap}${progressBar(share, bar - 2)} ${facts}`;
  }
  const facts = `${percent}${gap}${count}`;
  const room = columns - displayWidth(facts) - gap.length;
  return room < leastLabel ? facts : `${fit(name, room, "end")}${gap}${facts}`;
}

/** "[=====>      ]": `width` columns between the brackets; full only at 1. */
export function progressBar(share: number, width: number): string {
  const filled = share >= 1 ? width : Math.min(width - 1, Math.floor(share * width));
  const head = filled < width ? ">" : "";
  return `[${"=".repeat(filled)}${head}${" ".repeat(width - filled - head.length)}]`;
}
