import { DamagedFile } from "../extracted.ts";
import type { DatabasePages } from "./database-pages.ts";

const interiorTable = 0x05;
const leafTable = 0x0d;
const interiorIndex = 0x02;
const leafIndex = 0x0a;
const interiorHeaderBytes = 12;
const leafHeaderBytes = 8;

/** How much of a database may still be looked at; shared by all that is read of it. */
export interface PageBudget {
  left: number;
}

interface Cell {
  readonly page: number;
  readonly bytes: Buffer;
  readonly offset: number;
}

/** The cells of a table's leaves in order, until the budget is used up. Errors: DamagedFile, also for a tree that is none. */
export async function* leafCells(pages: DatabasePages, root: number, budget: PageBudget): AsyncGenerator<Cell> {
  for await (const { page, bytes, header } of leavesOf(pages, root, { budget, isCountOnly: false })) {
    const cells = bytes.readUInt16BE(header + 3);
    const start = header + leafHeaderBytes;
    if (start + cells * 2 > bytes.length) throw new DamagedFile("has a broken page");
    for (let at = 0; at < cells; at++) {
      const offset = bytes.readUInt16BE(start + at * 2);
      if (offset < start || offset >= bytes.length) throw new DamagedFile("has a broken page");
      yield { page, bytes, offset };
    }
  }
}

/** Rows of a table; null where the budget does not reach to count them. A table without row ids is kept as an index. */
export async function countRows(pages: DatabasePages, root: number, budget: PageBudget): Promise<number | null> {
  let rows = 0;
  for await (const { bytes, header } of leavesOf(pages, root, { budget, isCountOnly: true }))
    rows += bytes.readUInt16BE(header + 3);
  return budget.left < 0 ? null : rows;
}

async function* leavesOf(
  pages: DatabasePages,
  root: number,
  { budget, isCountOnly }: { budget: PageBudget; isCountOnly: boolean },
): AsyncGenerator<{ page: number; bytes: Buffer; header: number }> {
  const open = [root];
  const seen = new Set<number>();
  for (let page = open.pop(); page !== undefined; page = open.pop()) {
    if (budget.left-- <= 0) return;
    if (seen.has(page)) throw new DamagedFile("has pages that point to one another");
    seen.add(page);
    const header = pages.headerOffset(page);
    let bytes = await pages.read(page, isCountOnly ? header + interiorHeaderBytes : pages.pageBytes);
    const kind = bytes[header];
    if (kind === interiorTable || kind === interiorIndex) {
      if (isCountOnly) bytes = await pages.read(page);
      open.push(...childrenOf(bytes, header).toReversed());
      // The rows of a table without row ids stand in the inner pages too.
      if (kind === interiorIndex && isCountOnly) yield { page, bytes, header };
    } else if (kind === leafTable || (kind === leafIndex && isCountOnly)) yield { page, bytes, header };
    else throw new DamagedFile("has a broken page");
  }
}

function childrenOf(bytes: Buffer, header: number): number[] {
  const cells = bytes.readUInt16BE(header + 3);
  const start = header + interiorHeaderBytes;
  if (start + cells * 2 > bytes.length) throw new DamagedFile("has a broken page");
  const children: number[] = [];
  for (let at = 0; at < cells; at++) {
    const offset = bytes.readUInt16BE(start + at * 2);
    if (offset + 4 > bytes.length) throw new DamagedFile("has a broken page");
    children.push(bytes.readUInt32BE(offset));
  }
  children.push(bytes.readUInt32BE(header + 8));
  return children;
}
