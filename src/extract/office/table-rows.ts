/** Collects the cells of tables, one within the other, as rows of text. */
export interface TableRows {
  beginRow(): void;
  beginCell(): void;
  /** A paragraph inside of a cell; false when no cell is open, and the text is not taken. */
  addText(text: string): boolean;
  endCell(): void;
  /** The row as "a | b" when it is one of the outermost table; an inner one becomes text of the cell around it. */
  endRow(): string | null;
  /** How many rows are open, one within the other. */
  depth(): number;
}

// Tables within tables pass their text on from row to row; only a made-up file has rows of this size.
const maxRowChars = 1_000_000;

export function createTableRows(): TableRows {
  const rows: { cells: string[]; cell: string | null; chars: number }[] = [];
  const addText = (text: string): boolean => {
    const row = rows.at(-1);
    if (row?.cell === null || row?.cell === undefined) return false;
    const line = text
      .slice(0, Math.max(0, maxRowChars - row.chars))
      .replaceAll(/\s+/g, " ")
      .trim();
    row.chars += line.length;
    if (line !== "") row.cell = row.cell === "" ? line : `${row.cell} ${line}`;
    return true;
  };
  const endCell = (): void => {
    const row = rows.at(-1);
    if (row === undefined || row.cell === null) return;
    row.cells.push(row.cell);
    row.cell = null;
  };
  return {
    addText,
    endCell,
    depth: () => rows.length,
    beginRow: () => void rows.push({ cells: [], cell: null, chars: 0 }),
    beginCell() {
      endCell();
      const row = rows.at(-1);
      if (row !== undefined) row.cell = "";
    },
    endRow() {
      endCell();
      const cells = rows.pop()?.cells ?? [];
      const text = cells.some((cell) => cell !== "") ? joinCells(cells) : "";
      return text === "" || addText(text) ? null : text;
    },
  };
}

/** Cells as one line, without the empty ones at its end. */
export function joinCells(cells: readonly string[]): string {
  let end = cells.length;
  while (end > 0 && cells[end - 1] === "") end--;
  return cells.slice(0, end).join(" | ");
}
