import { hash } from "node:crypto";
import type { Author, Source } from "../core/document.ts";
import type { PortableChunk, PortableDocument, PortablePage, PortableText } from "../core/portable.ts";
import { type ExportCounts, type ExportedText, unusable } from "./export-lines.ts";
import { TextHashes } from "./text-hashes.ts";

// What a file may make the reader hold, far above what exports have: bytes of sources and authors, of texts that no chunk has yet, and of a page.
const maxNamedBytes = 64 * 1024 * 1024;
const maxWaitingBytes = 128 * 1024 * 1024;
const maxPageBytes = 160 * 1024 * 1024;
const maxDocuments = 2_000_000;
const maxChunksOfDocument = 200_000;

interface Waiting extends ExportedText {
  readonly bytes: number;
}

interface OpenDocument {
  readonly document: Omit<PortableDocument, "chunks">;
  readonly chunks: PortableChunk[];
}

/**
 * Gathers documents with what they need into pages, in which a text stands at its first use in the file and is named by its hash after that.
 * Errors: EXPORT_UNUSABLE for what is named before it came, for a document or text that comes twice, and for more than a page can hold.
 */
export class PageBuilder {
  readonly #sources: Source[] = [];
  readonly #authors: Author[] = [];
  readonly #keys = new Set<string>();
  readonly #paths = new Set<string>();
  readonly #hashes = new TextHashes();
  readonly #dimensions: number | null;
  /** Texts that came, by their place, until a page takes them. */
  readonly #waiting = new Map<number, Waiting>();
  #namedBytes = 0;
  #waitingBytes = 0;
  #counts = { vectors: 0, documents: 0, chunks: 0 };
  #open: OpenDocument | null = null;
  #page = new PageParts();

  constructor(dimensions: number | null) {
    this.#dimensions = dimensions;
  }

  /** Bytes of the lines that the page was made of, so far. */
  get bytes(): number {
    return this.#page.bytes;
  }

  get counts(): Omit<ExportCounts, "scopes" | "receipts"> {
    const [sources, authors] = [this.#sources.length, this.#authors.length];
    return { sources, authors, texts: this.#hashes.size, ...this.#counts };
  }

  source(source: Source, bytes: number): void {
    this.#addNamed(`source ${source.key}`, bytes);
    this.#sources.push(source);
  }

  author(author: Author, bytes: number): void {
    this.#addNamed(`author ${JSON.stringify(author)}`, bytes);
    this.#authors.push(author);
  }

  sourceAt(place: number): Source {
    return this.#sources[place] ?? missing("source", place);
  }

  text(text: ExportedText, bytes: number): void {
    this.#requireVector(text);
    this.#waitingBytes += bytes;
    if (this.#waitingBytes > maxWaitingBytes) throw unusable("The file has too many texts that no document has.");
    const added = this.#hashes.add(hash("sha256", text.text.toWellFormed(), "buffer"));
    if (added === null) throw unusable("A text stands in the file twice, or there are more texts than an export has.");
    this.#waiting.set(added, { ...text, bytes });
    if (text.vector !== null) this.#counts.vectors += 1;
  }

  document(document: Omit<PortableDocument, "chunks">, bytes: number): void {
    this.closeDocument();
    const source = this.sourceAt(document.source);
    const key = hash("sha256", `${source.key}/${document.path}`, "buffer").toString("latin1", 0, 16);
    if (this.#paths.has(key)) throw unusable(`The document ${document.path.slice(0, 200)} stands in the file twice.`);
    if (this.#paths.size >= maxDocuments) throw unusable("The file has more documents than an export has.");
    this.#paths.add(key);
    const places = { source: this.#page.source(source), author: this.#pageAuthor(document.author) };
    this.#open = { document: { ...document, ...places }, chunks: [] };
    this.#page.bytes += bytes;
    this.#counts.documents += 1;
  }

  chunk(chunk: PortableChunk, bytes: number): void {
    if (this.#open === null) throw unusable("A passage stands in the file without its document.");
    if (this.#open.chunks.length >= maxChunksOfDocument)
      throw unusable(`The document ${this.#open.document.path.slice(0, 200)} has too many passages.`);
    const places = { text: this.#pageText(chunk.text), author: this.#pageAuthor(chunk.author) };
    this.#open.chunks.push({ ...chunk, ...places });
    this.#page.bytes += bytes;
    if (this.#page.bytes > maxPageBytes)
      throw unusable(`The document ${this.#open.document.path.slice(0, 200)} is larger than any that is stored.`);
    this.#counts.chunks += 1;
  }

  /** What comes next is no passage of it. */
  closeDocument(): void {
    if (this.#open === null) return;
    const { document, chunks } = this.#open;
    this.#page.documents.push({ ...document, chunks });
    this.#open = null;
  }

  /** The page so far, without a document that is still open; begins a new one. */
  take(): PortablePage | null {
    const page = this.#page;
    if (page.documents.length === 0) return null;
    this.#page = new PageParts();
    const { sources, authors, texts, documents } = page;
    return { sources, authors, texts, documents };
  }

  #addNamed(key: string, bytes: number): void {
    if (this.#keys.has(key)) throw unusable(`A ${key.split(" ", 1)[0] ?? ""} stands in the file twice.`);
    this.#keys.add(key);
    this.#namedBytes += bytes;
    if (this.#namedBytes > maxNamedBytes) throw unusable("The file has more sources and authors than an export has.");
  }

  #requireVector({ vector }: ExportedText): void {
    if (vector === null) return;
    const length = Buffer.byteLength(vector.data, "base64");
    if (length !== this.#dimensions)
      throw unusable(
        `A vector in the file has ${length} numbers; its header says ${this.#dimensions ?? "that it has none"}.`,
      );
  }

  #pageAuthor(place: number): number {
    return this.#page.author(this.#authors[place] ?? missing("author", place));
  }

  #pageText(place: number): number {
    return this.#page.textPlaces.get(place) ?? this.#addText(place);
  }

  #addText(place: number): number {
    const digest = this.#hashes.at(place);
    if (digest === null) return missing("text", place);
    const text = this.#waiting.get(place);
    this.#waiting.delete(place);
    this.#waitingBytes -= text?.bytes ?? 0;
    this.#page.bytes += text?.bytes ?? 0;
    const added = this.#page.texts.push({ hash: digest, text: text?.text ?? null, vector: text?.vector ?? null }) - 1;
    this.#page.textPlaces.set(place, added);
    return added;
  }
}

/** A page while it grows. */
class PageParts {
  readonly sources: Source[] = [];
  readonly authors: Author[] = [];
  readonly texts: PortableText[] = [];
  readonly documents: PortableDocument[] = [];
  readonly textPlaces = new Map<number, number>();
  readonly #places = new Map<object, number>();
  bytes = 0;

  source(source: Source): number {
    return this.#place(this.sources, source);
  }

  author(author: Author): number {
    return this.#place(this.authors, author);
  }

  #place<T extends object>(list: T[], value: T): number {
    const known = this.#places.get(value);
    if (known !== undefined) return known;
    const added = list.push(value) - 1;
    this.#places.set(value, added);
    return added;
  }
}

function missing(what: string, place: number): never {
  throw unusable(`The file names ${what} ${place}, which did not come before.`);
}
