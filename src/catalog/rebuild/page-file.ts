import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { isPageSize, readWriteAheadFile, type WriteAheadFile } from "./write-ahead-file.ts";

/** What a page is for, and the page above it, as the map of an auto-vacuum database says. */
export type PageUse =
  | { readonly kind: "root" }
  | { readonly kind: "child"; readonly parent: number }
  | { readonly kind: "free" }
  | { readonly kind: "overflow" }
  /** The map page, or the page itself, is damaged. */
  | { readonly kind: "unknown" };

const usualPageSize = 4_096;
const maxDepth = 40;
const pendingByte = 0x40000000;
const entryBytes = 5;

/**
 * The pages of a SQLite database file as its last readable commit left them, without SQLite: it reads what SQLite refuses. Pages count
 * from 1. Nothing is written. Our catalogs have auto-vacuum, so pointer-map pages name the parent of every page
 * (https://sqlite.org/fileformat2.html#pointer_map_or_ptrmap_pages).
 */
export class PageFile {
  readonly pageSize: number;
  readonly pageCount: number;
  /** Pages that the file should have and has not. */
  readonly missingPages: number;
  readonly lostCommits: number;
  readonly #file: number | null;
  readonly #wal: WriteAheadFile;
  readonly #walFile: number | null;
  readonly #roots = new Map<number, number | null>();

  constructor(path: string) {
    const size = existsSync(path) ? statSync(path).size : 0;
    // Without the file, the write-ahead file may still have pages.
    this.#file = existsSync(path) ? openSync(path, "r") : null;
    this.#wal = readWriteAheadFile(`${path}-wal`);
    this.#walFile = this.#wal.pages.size > 0 ? openSync(`${path}-wal`, "r") : null;
    const header = Buffer.alloc(100);
    if (this.#file !== null) readSync(this.#file, header, 0, 100, 0);
    const named = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    const isHeader = header.toString("latin1", 0, 15) === "SQLite format 3" && isPageSize(named);
    this.pageSize = this.#wal.pageSize ?? (isHeader ? named : usualPageSize);
    const inFile = Math.floor(size / this.pageSize);
    const claimed = this.#wal.pageCount ?? (isHeader ? header.readUInt32BE(28) : inFile);
    // A header that lies must not make us walk four billion pages.
    this.pageCount = Math.min(claimed, Math.max(inFile, ...this.#wal.pages.keys()));
    this.missingPages = Math.max(0, claimed - this.pageCount);
    this.lostCommits = this.#wal.lostCommits;
  }

  /** null when the file does not reach that far. The buffer is the caller's. */
  page(number: number): Buffer | null {
    const page = Buffer.alloc(this.pageSize);
    const inWal = this.#wal.pages.get(number);
    const read =
      inWal !== undefined && this.#walFile !== null
        ? readSync(this.#walFile, page, 0, this.pageSize, inWal)
        : this.#file === null
          ? 0
          : readSync(this.#file, page, 0, this.pageSize, (number - 1) * this.pageSize);
    return read === this.pageSize ? page : null;
  }

  /** Whether the page is a map of others, or the one that SQLite uses for locks only. */
  isBookkeeping(number: number): boolean {
    return number === this.#mapPageOf(number) || number === this.#lockPage;
  }

  useOf(number: number): PageUse {
    if (number === 1) return { kind: "root" };
    const map = this.#mapPage(this.#mapPageOf(number));
    const at = (number - this.#mapPageOf(number) - 1) * entryBytes;
    const parent = map?.readUInt32BE(at + 1) ?? 0;
    switch (map?.[at]) {
      case 1:
        return parent === 0 ? { kind: "root" } : { kind: "unknown" };
      case 2:
        return parent === 0 ? { kind: "free" } : { kind: "unknown" };
      case 3:
      case 4:
        return { kind: "overflow" };
      case 5:
        return parent > 0 && parent <= this.pageCount ? { kind: "child", parent } : { kind: "unknown" };
      default:
        return { kind: "unknown" };
    }
  }

  /** The root page of the tree that the page stands in; null when that cannot be told. */
  rootOf(number: number): number | null {
    const passed: number[] = [];
    let root: number | null = null;
    for (let at = number; passed.length < maxDepth;) {
      const known = this.#roots.get(at);
      if (known !== undefined) {
        root = known;
        break;
      }
      passed.push(at);
      const use = this.useOf(at);
      if (use.kind === "root") root = at;
      if (use.kind !== "child") break;
      at = use.parent;
    }
    for (const each of passed) this.#roots.set(each, root);
    return root;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    if (this.#walFile !== null) closeSync(this.#walFile);
  }

  get #lockPage(): number {
    return Math.floor(pendingByte / this.pageSize) + 1;
  }

  #mapPageOf(number: number): number {
    if (number < 2) return 0;
    const perMap = Math.floor(this.pageSize / entryBytes) + 1;
    const map = Math.floor((number - 2) / perMap) * perMap + 2;
    return map === this.#lockPage ? map + 1 : map;
  }

  // Pages are asked for in order, so that the last map is nearly always the right one.
  #lastMap: { readonly number: number; readonly page: Buffer | null } = { number: 0, page: null };

  #mapPage(number: number): Buffer | null {
    if (this.#lastMap.number !== number) this.#lastMap = { number, page: this.page(number) };
    return this.#lastMap.page;
  }
}
