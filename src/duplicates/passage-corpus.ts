import type { Source } from "../core/document.ts";
import type { PassagePage } from "../core/stored-passages.ts";

/** Where documents come from: one source in one collection. */
export interface Origin {
  readonly collection: string;
  readonly collectionId: string;
  readonly source: Source;
}

/**
 * The documents of some collections with the numbers of their passages' texts, as a walk brings them: some 16 bytes a passage and a path a
 * document. Texts are numbered anew, from 0 without gaps.
 */
export class PassageCorpus {
  readonly origins: Origin[] = [];
  readonly ids: number[] = [];
  readonly paths: string[] = [];
  readonly originOf: number[] = [];
  /** Bytes and characters of each text. */
  readonly bytesOf: number[] = [];
  readonly charactersOf: number[] = [];
  readonly #originPlaces = new Map<string, number>();
  readonly #textPlaces = new Map<number, number>();
  readonly #starts: number[] = [0];
  readonly #textIds: number[] = [];
  #texts = new Uint32Array(16_384);
  #size = 0;

  /** How many passages it has. */
  get passages(): number {
    return this.#size;
  }

  get documents(): number {
    return this.ids.length;
  }

  /** How many different texts it has. */
  get texts(): number {
    return this.bytesOf.length;
  }

  add({ id, name }: { readonly id: string; readonly name: string }, page: PassagePage): void {
    const origins = page.sources.map((source) => this.#origin({ collection: name, collectionId: id, source }));
    let at = 0;
    for (const document of page.documents) {
      this.ids.push(document.id);
      this.paths.push(document.path);
      this.originOf.push(origins[document.source] ?? 0);
      this.#makeRoom(document.passages);
      for (const end = at + document.passages; at < end; at += 1) this.#texts[this.#size++] = this.#text(page, at);
      this.#starts.push(this.#size);
    }
  }

  /** The texts of a document, in the order of its lines; a view, until the next `add`. */
  textsOf(document: number): Uint32Array {
    return this.#texts.subarray(this.#starts[document] ?? 0, this.#starts[document + 1] ?? 0);
  }

  /** The number that the catalog knows a text by. */
  textId(text: number): number {
    return this.#textIds[text] ?? 0;
  }

  #origin(origin: Origin): number {
    const key = `${origin.collectionId} ${origin.source.key}`;
    const known = this.#originPlaces.get(key);
    if (known !== undefined) return known;
    this.#originPlaces.set(key, this.origins.length);
    return this.origins.push(origin) - 1;
  }

  #text({ textIds, textBytes, textCharacters }: PassagePage, at: number): number {
    const textId = textIds[at] ?? 0;
    const known = this.#textPlaces.get(textId);
    if (known !== undefined) return known;
    this.#textPlaces.set(textId, this.#textIds.length);
    this.bytesOf.push(textBytes[at] ?? 0);
    this.charactersOf.push(textCharacters[at] ?? 0);
    return this.#textIds.push(textId) - 1;
  }

  #makeRoom(count: number): void {
    if (this.#size + count <= this.#texts.length) return;
    const larger = new Uint32Array(Math.max(this.#texts.length * 2, this.#size + count));
    larger.set(this.#texts.subarray(0, this.#size));
    this.#texts = larger;
  }
}
