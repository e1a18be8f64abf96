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

const barWidth = 24;

/** One line of progress in at most `columns` columns: label, bar, share, count, and the current file where there is room. */
export function progressLine(label: string, state: ProgressState, columns: number): string {
  const name = printableLine(label);
  const { done, total } = state;
  const count =
    total === null ? countOf(done, state.unit) : `${done.toLocaleString("en-US")}/${countOf(total, state.unit)}`;
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  const bar =
    share === null
      ? state.phase
      : `${progressBar(share, barWidth)} ${String(Math.floor(share * 100)).padStart(3)}%  ${state.phase}`;
  const line = `${name}  ${bar}  ${count}`;
  const room = columns - displayWidth(line) - 2;
  if (state.current === null || room < 12) return fit(line, columns);
  return `${line}  ${fit(printableLine(state.current), room, "end")}`;
}

/** "[=====>      ]": `width` columns between the brackets; full only at 1. */
export function progressBar(share: number, width: number): string {
  const filled = share >= 1 ? width : Math.min(width - 1, Math.floor(share * width));
  const head = filled < width ? ">" : "";
  return `[${"=".repeat(filled)}${head}${" ".repeat(width - filled - head.length)}]`;
}
