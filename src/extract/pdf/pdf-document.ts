import type { PDFDocumentProxy } from "unpdf/pdfjs";
import type { Metadata, MetadataValue } from "../../core/document.ts";
import { propertiesMetadata } from "../document-properties.ts";
import { DamagedFile, type Extracted, type TextPart } from "../extracted.ts";
import { maxTextChars, oneLine } from "../sections.ts";
import { readFormFields } from "./pdf-form.ts";
import { headingsOfPage, readOutline } from "./pdf-outline.ts";
import { unpacksTooMuch } from "./pdf-streams.ts";
import { readPageText } from "./pdf-text.ts";
import { withoutStrayRejections } from "./stray-rejections.ts";

const maxPages = 2_000;
const maxMissingMaps = 10;
// Between pages only: what is read by then is kept, and the rest is counted.
const readingBudgetMs = 12_000;

/**
 * Text page by page, with the outline's headings. Nothing is rendered: no fonts, pictures, scripts, workers or network. Errors:
 * DamagedFile.
 */
export async function extractPdf(bytes: Buffer): Promise<Extracted> {
  if (!bytes.subarray(0, 1_024).includes("%PDF-")) throw new DamagedFile("is no PDF file");
  if (await unpacksTooMuch(bytes))
    return { kind: "skipped", reason: "too-complex", message: "has streams that unpack to too much" };
  return withoutStrayRejections(async () => {
    const missingMaps = new Set<string>();
    const opened = await openPdf(bytes, missingMaps);
    if (opened === "locked") return { kind: "skipped", reason: "locked", message: "needs a password" };
    try {
      return await readDocument(opened, missingMaps);
    } finally {
      await opened.loadingTask.destroy();
    }
  });
}

async function openPdf(bytes: Buffer, missingMaps: Set<string>): Promise<PDFDocumentProxy | "locked"> {
  const { getDocument, VerbosityLevel } = await import("unpdf/pdfjs");
  const task = getDocument({
    // A copy: the library takes what it is given for its own.
    data: new Uint8Array(bytes),
    verbosity: VerbosityLevel.ERRORS,
    useSystemFonts: false,
    disableFontFace: true,
    useWorkerFetch: false,
    useWasm: false,
    isOffscreenCanvasSupported: false,
    isImageDecoderSupported: false,
    maxImageSize: 1,
    enableXfa: false,
    disableRange: true,
    disableStream: true,
    disableAutoFetch: true,
    BinaryDataFactory: refusingFactory(missingMaps),
  });
  try {
    return await task.promise;
  } catch (error) {
    await task.destroy();
    if (error instanceof Error && error.name === "PasswordException") return "locked";
    throw new DamagedFile("is a broken PDF file", error);
  }
}

/**
 * pdf.js asks this for fonts and for the tables of characters that older Chinese, Japanese and Korean files name instead of holding
 * them. There are none: text in such fonts cannot be read, which `missingMaps` tells afterwards.
 */
function refusingFactory(missingMaps: Set<string>) {
  return class {
    async fetch({ kind, filename }: { kind: string; filename: string }): Promise<never> {
      if (kind === "cMapUrl" && missingMaps.size < maxMissingMaps)
        missingMaps.add(oneLine(filename).replace(".bcmap", ""));
      throw new Error("There is no such file.");
    }
  };
}

interface Page {
  readonly number: number;
  readonly text: string;
  readonly height: number;
}

async function readDocument(pdf: PDFDocumentProxy, missingMaps: ReadonlySet<string>): Promise<Extracted> {
  const deadline = performance.now() + readingBudgetMs;
  const { pages, unreadable, read } = await readPages(pdf, deadline);
  if (pages.length === 0) throw new DamagedFile("is a PDF file without a readable page");
  const outline = await readOutline(pdf, deadline);
  const withText = pages.filter(({ text }) => text !== "");
  const parts = withText.map(({ number, text, height }): TextPart => {
    const headings = headingsOfPage(outline, { number, height });
    return { text: `${text}\n`, start: number, end: number, kind: "section", signature: null, ...headings };
  });
  const fields = await readFormFields(pdf);
  if (fields !== null) parts.push(fields);
  const metadata: Record<string, MetadataValue> = { ...(await propertiesOf(pdf)), pages: pdf.numPages };
  if (read < pdf.numPages) metadata["pagesLeftOut"] = pdf.numPages - read;
  if (unreadable > 0) metadata["pagesUnreadable"] = unreadable;
  if (missingMaps.size > 0) metadata["missingCharacterMaps"] = [...missingMaps].join(", ");
  if (parts.length === 0)
    return {
      kind: "parts",
      unit: "page",
      parts: [scanPart(pages.length, metadata)],
      metadata: { ...metadata, hasText: false },
    };
  if (withText.length < pages.length) metadata["pagesWithoutText"] = pages.length - withText.length;
  return { kind: "parts", unit: "page", parts, metadata };
}

async function readPages(
  pdf: PDFDocumentProxy,
  deadline: number,
): Promise<{ pages: readonly Page[]; unreadable: number; read: number }> {
  const pages: Page[] = [];
  let chars = 0;
  let unreadable = 0;
  let read = 0;
  const last = Math.min(maxPages, pdf.numPages);
  while (read < last && chars < maxTextChars && performance.now() < deadline) {
    read++;
    const page = await readPage(pdf, read, { maxChars: maxTextChars - chars, deadline });
    if (page === null) unreadable++;
    else {
      chars += page.text.length;
      pages.push(page);
    }
  }
  return { pages, unreadable, read };
}

/** null for a page that is missing or broken: the others are read all the same. */
async function readPage(
  pdf: PDFDocumentProxy,
  number: number,
  limits: { maxChars: number; deadline: number },
): Promise<Page | null> {
  try {
    const page = await pdf.getPage(number);
    const text = await readPageText(page, limits);
    const [, bottom = 0, , top = 0] = page.view;
    page.cleanup();
    return { number, text, height: top - bottom };
  } catch {
    return null;
  }
}

async function propertiesOf(pdf: PDFDocumentProxy): Promise<Metadata> {
  try {
    const { info } = await pdf.getMetadata();
    // Safe: pdf.js gives an object of plain values, each of which is checked before it is used.
    const value = info as Readonly<Record<string, unknown>>;
    const text = (name: string): string | undefined => (typeof value[name] === "string" ? value[name] : undefined);
    return propertiesMetadata({
      title: text("Title"),
      author: text("Author"),
      subject: text("Subject"),
      keywords: text("Keywords"),
      documentLanguage: text("Language"),
      created: text("CreationDate"),
      modified: text("ModDate"),
    });
  } catch {
    // Broken properties say nothing against the text.
    return {};
  }
}

/** A file that only shows pictures is found by its properties, and says why it has no text. */
function scanPart(pages: number, metadata: Metadata): TextPart {
  const properties = Object.entries(metadata).map(([name, value]) => `${name}: ${value}`);
  const why = "missingCharacterMaps" in metadata ? "no readable text" : "scanned, no text";
  const text = [`${why}: ${pages} ${pages === 1 ? "page" : "pages"}`, ...properties].join("\n");
  const symbol = typeof metadata["title"] === "string" ? metadata["title"] : null;
  return { text: `${text}\n`, start: 1, end: pages, kind: "record", symbol, signature: null, doc: null, scope: [] };
}
