import { createHash } from "node:crypto";
import { once } from "node:events";
import type { Writable } from "node:stream";
import type { Author, Source } from "../core/document.ts";
import type { PortablePage } from "../core/portable.ts";
import type { Receipt } from "../core/receipts.ts";
import type { IngestScope } from "../core/scopes.ts";
import { exportFormat, exportVersion, type ExportCounts, type ExportHeader, type ExportLine } from "./export-lines.ts";

/** Lines are handed to the output in pieces of about this size. */
const pieceLength = 65_536;

/**
 * Writes the lines of one export to a stream of the caller's, which compresses and keeps them. Holds of what it wrote only a hash for each
 * text and a key for each source and author: some 100 bytes a text. Rejects with the stream's error.
 */
export class ExportWriter {
  readonly #output: Writable;
  readonly #digest = createHash("sha256");
  readonly #sources = new Map<string, number>();
  readonly #authors = new Map<string, number>();
  readonly #texts = new Map<string, number>();
  readonly #dimensions: number | null;
  #counts = { vectors: 0, documents: 0, chunks: 0, scopes: 0, receipts: 0 };
  #piece: string[] = [];
  #pieceLength = 0;

  constructor(output: Writable, header: Omit<ExportHeader, "format" | "version">) {
    this.#output = output;
    this.#dimensions = header.collection.dimensions;
    this.#add({ header: { format: exportFormat, version: exportVersion, ...header } });
  }

  get counts(): ExportCounts {
    const { size: sources } = this.#sources;
    return { sources, authors: this.#authors.size, texts: this.#texts.size, ...this.#counts };
  }

  /** Writes the documents of a page, and before them what they need that was not there yet. */
  async page({ sources, authors, texts, documents }: PortablePage): Promise<void> {
    const sourcePlaces = sources.map((source) => this.#source(source));
    const authorPlaces = authors.map((author) => this.#author(author));
    const textPlaces = texts.map(({ hash, text, vector }) => {
      const known = this.#texts.get(hash);
      if (known !== undefined) return known;
      // Made after the header was written.
      const kept = this.#dimensions === null ? null : vector;
      if (kept !== null) this.#counts.vectors += 1;
      this.#add({ text: { text: text ?? "", vector: kept } });
      return numbered(this.#texts, hash);
    });
    for (const { chunks, ...document } of documents) {
      const [source, author] = [sourcePlaces[document.source] ?? 0, authorPlaces[document.author] ?? 0];
      this.#add({ document: { ...document, source, author } });
      this.#counts.documents += 1;
      for (const chunk of chunks) {
        const places = { text: textPlaces[chunk.text] ?? 0, author: authorPlaces[chunk.author] ?? 0 };
        this.#add({ chunk: { ...chunk, ...places } });
        this.#counts.chunks += 1;
      }
      if (this.#pieceLength >= pieceLength) await this.#flush();
    }
  }

  async scope(source: Source, scope: IngestScope): Promise<void> {
    this.#add({ scope: { source: this.#source(source), scope } });
    this.#counts.scopes += 1;
    await this.#flush();
  }

  async receipt(receipt: Receipt): Promise<void> {
    this.#add({ receipt });
    this.#counts.receipts += 1;
    await this.#flush();
  }

  /** The last line; the output stays open. */
  async end(isConsistent: boolean): Promise<void> {
    await this.#flush();
    const sha256 = this.#digest.digest("hex");
    await this.#write(
      `${JSON.stringify({ end: { counts: this.counts, isConsistent, sha256 } } satisfies ExportLine)}\n`,
    );
  }

  #source(source: Source): number {
    const known = this.#sources.get(source.key);
    if (known !== undefined) return known;
    this.#add({ source });
    return numbered(this.#sources, source.key);
  }

  #author(author: Author): number {
    const key = JSON.stringify(author);
    const known = this.#authors.get(key);
    if (known !== undefined) return known;
    this.#add({ author });
    return numbered(this.#authors, key);
  }

  #add(line: ExportLine): void {
    const text = `${JSON.stringify(line)}\n`;
    this.#piece.push(text);
    this.#pieceLength += text.length;
  }

  async #flush(): Promise<void> {
    const piece = this.#piece.join("");
    this.#piece = [];
    this.#pieceLength = 0;
    this.#digest.update(piece);
    if (piece !== "") await this.#write(piece);
  }

  async #write(text: string): Promise<void> {
    if (this.#output.errored) throw this.#output.errored;
    if (!this.#output.write(text)) await once(this.#output, "drain");
  }
}

function numbered(places: Map<string, number>, key: string): number {
  const next = places.size;
  places.set(key, next);
  return next;
}
