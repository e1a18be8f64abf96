import { displayWidth, fit, printableLine } from "./printable-text.ts";

export interface Column {
  readonly header: string;
  readonly align?: "left" | "right";
  /** Narrowest width that the column may be cut to when the table is wider than the terminal; absent: it is never cut. */
  readonly minWidth?: number;
  /** Which end of a cut cell stays: a path's end tells more than its start. */
  readonly keep?: "start" | "end";
}

const gap = "  ";

/**
 * Lines of a table, the header first, in at most `maxWidth` columns as far as the columns' least widths allow. Cells may hold any text.
 * Of columns that may shrink the widest shrinks first.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  maxWidth: number,
): string[] {
  const cells = rows.map((row) => columns.map((_, index) => printableLine(row[index] ?? "")));
  const natural = columns.map((column, index) =>
    Math.max(displayWidth(column.header), ...cells.map((row) => displayWidth(row[index] ?? ""))),
  );
  const widths = shrink(columns, natural, maxWidth);
  const line = (row: readonly string[]) =>
    columns
      .map((column, index) =>
        pad(fit(row[index] ?? "", widths[index] ?? 0, column.keep), widths[index] ?? 0, column.align),
      )
      .join(gap)
      .trimEnd();
  return [line(columns.map((column) => column.header)), ...cells.map(line)];
}

function shrink(columns: readonly Column[], natural: readonly number[], maxWidth: number): number[] {
  const widths = [...natural];
  const least = columns.map((column, index) =>
    Math.min(natural[index] ?? 0, column.minWidth ?? Number.POSITIVE_INFINITY),
  );
  let excess = widths.reduce((sum, width) => sum + width, gap.length * (columns.length - 1)) - maxWidth;
  while (excess > 0) {
    let widest = -1;
    for (const [index, width] of widths.entries()) {
      if (width > (least[index] ?? 0) && (widest === -1 || width > (widths[widest] ?? 0))) widest = index;
    }
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}

function pad(text: string, width: number, align: Column["align"] = "left"): string {
  const blanks = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + blanks : blanks + text;
}
