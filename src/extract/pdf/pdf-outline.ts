import type { PDFDocumentProxy } from "unpdf/pdfjs";
import { oneLine } from "../sections.ts";

/** An entry of a document's outline: the titles from the topmost to its own, and where it points. */
export interface OutlineEntry {
  readonly path: readonly string[];
  /** From 1. */
  readonly page: number;
  /** Distance from the page's lower edge in points; null: the page as a whole. */
  readonly top: number | null;
}

export interface PageHeadings {
  readonly symbol: string | null;
  readonly doc: string | null;
  readonly scope: readonly string[];
}

type OutlineNode = Awaited<ReturnType<PDFDocumentProxy["getOutline"]>>[number];
type Reference = Parameters<PDFDocumentProxy["cachedPageNumber"]>[0];

const maxEntries = 5_000;
const maxDepth = 20;
// A heading in the upper part of a page leaves no room for the section before it.
const upperShare = 0.85;

/** The outline's entries in the order of pages, of the pages that have been read; empty when there is none or it is broken. */
export async function readOutline(pdf: PDFDocumentProxy, deadline: number): Promise<readonly OutlineEntry[]> {
  const entries: OutlineEntry[] = [];
  // Safe: despite its type, null is what a document without an outline has.
  const roots = ((await pdf.getOutline().catch(() => null)) ?? []) as readonly OutlineNode[];
  const waiting = roots.map((node) => ({ node, above: [] as readonly string[] })).toReversed();
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (++seen > maxEntries || performance.now() > deadline) break;
    const { node, above } = next;
    const title = oneLine(node.title);
    const path = title === "" ? above : [...above, title];
    const place = title === "" ? null : await placeOf(pdf, node.dest);
    if (place !== null) entries.push({ path, ...place });
    // Safe: pdf.js types the children as any; they are of the same shape.
    const children = node.items as readonly OutlineNode[];
    if (path.length < maxDepth) waiting.push(...children.map((child) => ({ node: child, above: path })).toReversed());
  }
  return entries.toSorted((a, b) => a.page - b.page);
}

async function placeOf(
  pdf: PDFDocumentProxy,
  dest: OutlineNode["dest"],
): Promise<{ page: number; top: number | null } | null> {
  try {
    const target: unknown = typeof dest === "string" ? await pdf.getDestination(dest) : dest;
    if (!Array.isArray(target)) return null;
    // Safe: nothing is said of the elements.
    const [place, , , top] = target as readonly unknown[];
    // Safe: what is no number here is a reference, and one to nothing is unknown to the cache.
    const page = typeof place === "number" ? place + 1 : pdf.cachedPageNumber(place as Reference);
    return page === null ? null : { page, top: typeof top === "number" ? top : null };
  } catch {
    // An entry that points nowhere names no page.
    return null;
  }
}

/** The section that a page stands in, and those that begin on it. `entries` are in the order of pages. */
export function headingsOfPage(
  entries: readonly OutlineEntry[],
  { number, height }: { number: number; height: number },
): PageHeadings {
  const before = entries.findLast(({ page }) => page < number);
  const starting = entries.filter(({ page }) => page === number);
  const [first] = starting;
  const startsAtTop = first !== undefined && (first.top === null || first.top > height * upperShare);
  const main = before === undefined || startsAtTop ? first : before;
  if (main === undefined) return { symbol: null, doc: null, scope: [] };
  const others = starting.filter((entry) => entry !== main).map(({ path }) => path.at(-1) ?? "");
  const doc = [main.path.join(" > "), ...others].join(" | ").slice(0, 1_000).toWellFormed();
  return { symbol: (first ?? main).path.at(-1) ?? null, doc, scope: (first ?? main).path.slice(0, -1) };
}
