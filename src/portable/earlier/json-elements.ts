import { unreadable } from "./record-metadata.ts";

/** What a scan of a JSON text finds, in its order. */
export type JsonPart =
  /** A member of the outermost object whose value is no list of records; null: its value is longer than is kept. */
  | { readonly kind: "member"; readonly key: string; readonly json: string | null }
  | { readonly kind: "list"; readonly key: string | null }
  /** A record; null: longer than is taken. */
  | { readonly kind: "element"; readonly json: string | null };

export interface JsonElementOptions {
  /** Members whose lists hold the records. */
  readonly lists: ReadonlySet<string>;
  readonly maxElementBytes: number;
}

type State = "start" | "key" | "colon" | "value" | "value-ends" | "element" | "element-ends" | "inside" | "end";
type Captured = "key" | "member" | "element";

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];
const maxMemberBytes = 64 * 1024;
const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts a JSON text of any length into its records without holding it: the elements of the outermost list, or of named lists of the outermost
 * object. Bytes are looked at once; memory is bounded by one element. What stands inside of an element is left to JSON.parse.
 * Errors: MIGRATION_UNUSABLE with the place in the file.
 */
export class JsonElements {
  readonly #options: JsonElementOptions;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  #state: State = "start";
  #captured: Captured = "key";
  #parts: Buffer[] = [];
  #bytes = 0;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #key = "";
  #isObject = false;
  /** A comma came: something must follow it. */
  #isOwed = false;
  #read = 0;
  #found: JsonPart[] = [];

  constructor(options: JsonElementOptions) {
    this.#options = options;
  }

  /** The parts that end in these bytes. */
  feed(bytes: Buffer): JsonPart[] {
    this.#found = [];
    let at = this.#read === 0 && bytes.subarray(0, mark.length).equals(mark) ? mark.length : 0;
    while (at < bytes.length) at = this.#state === "inside" ? this.#capture(bytes, at) : this.#step(bytes, at);
    this.#read += bytes.length;
    return this.#found;
  }

  /** The text has ended. Errors: MIGRATION_UNUSABLE when it is cut short. */
  end(): void {
    if (this.#state === "end") return;
    throw unreadable(this.#read === 0 ? "The file is empty." : "The file is cut short: its end is missing.", {
      hint: "Export the collection again, or copy the file again.",
    });
  }

  /** One byte between values. */
  #step(bytes: Buffer, at: number): number {
    const byte = bytes[at] ?? 0;
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return at + 1;
    if (this.#state === "start") this.#open(byte, at);
    else if (this.#state === "key") return this.#startKey(byte, at);
    else if (this.#state === "colon") {
      if (byte !== colon) this.#fail(at);
      this.#state = "value";
    } else if (this.#state === "value") return this.#startValue(byte, at);
    else if (this.#state === "value-ends") this.#close(byte, at, { next: "key", closer: closeObject, after: "end" });
    else if (this.#state === "element") {
      if (byte !== closeList || this.#isOwed) return this.#begin("element", at);
      this.#state = this.#isObject ? "value-ends" : "end";
    } else if (this.#state === "element-ends")
      this.#close(byte, at, { next: "element", closer: closeList, after: this.#isObject ? "value-ends" : "end" });
    else this.#fail(at);
    return at + 1;
  }

  #open(byte: number, at: number): void {
    if (byte !== openObject && byte !== openList) this.#fail(at);
    this.#isObject = byte === openObject;
    this.#state = this.#isObject ? "key" : "element";
    if (!this.#isObject) this.#found.push({ kind: "list", key: null });
  }

  #startKey(byte: number, at: number): number {
    if (byte === quote) return this.#begin("key", at);
    if (byte !== closeObject || this.#isOwed) this.#fail(at);
    this.#state = "end";
    return at + 1;
  }

  #startValue(byte: number, at: number): number {
    if (byte !== openList || !this.#options.lists.has(this.#key)) return this.#begin("member", at);
    this.#state = "element";
    this.#found.push({ kind: "list", key: this.#key });
    return at + 1;
  }

  #close(byte: number, at: number, { next, closer, after }: { next: State; closer: number; after: State }): void {
    this.#isOwed = byte === comma;
    if (byte === comma) this.#state = next;
    else if (byte === closer) this.#state = after;
    else this.#fail(at);
  }

  #begin(captured: Captured, at: number): number {
    this.#state = "inside";
    this.#captured = captured;
    this.#parts = [];
    this.#bytes = this.#depth = 0;
    this.#inString = this.#isEscaped = this.#isOwed = false;
    return at;
  }

  /** As many bytes of a value as there are; gives where what is behind them begins. */
  #capture(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at];
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === backslash) this.#isEscaped = true;
        else if (byte === quote) {
          this.#inString = false;
          if (this.#depth === 0) return this.#finish(bytes, from, at + 1);
        }
      } else if (byte === quote) this.#inString = true;
      else if (byte === openObject || byte === openList) this.#depth += 1;
      else if (byte === closeObject || byte === closeList) {
        if (this.#depth === 0) return this.#finish(bytes, from, at);
        this.#depth -= 1;
        if (this.#depth === 0) return this.#finish(bytes, from, at + 1);
      } else if (
        this.#depth === 0 &&
        (byte === comma || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09)
      )
        return this.#finish(bytes, from, at);
    }
    this.#keep(bytes.subarray(from));
    return bytes.length;
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length;
    if (this.#bytes <= this.#limit()) this.#parts.push(Buffer.from(part));
    else this.#parts = [];
  }

  #limit(): number {
    return this.#captured === "element" ? this.#options.maxElementBytes : maxMemberBytes;
  }

  #finish(bytes: Buffer, from: number, to: number): number {
    this.#keep(bytes.subarray(from, to));
    if (this.#bytes === 0) this.#fail(to);
    const json = this.#bytes <= this.#limit() ? this.#decode(Buffer.concat(this.#parts), to) : null;
    this.#parts = [];
    if (this.#captured === "element") {
      this.#found.push({ kind: "element", json });
      this.#state = "element-ends";
    } else if (this.#captured === "member") {
      this.#found.push({ kind: "member", key: this.#key, json });
      this.#state = "value-ends";
    } else {
      this.#key = this.#parsedKey(json, to);
      this.#state = "colon";
    }
    return to;
  }

  #parsedKey(json: string | null, at: number): string {
    try {
      const key: unknown = json === null ? null : JSON.parse(json);
      if (typeof key === "string") return key;
    } catch (error) {
      this.#fail(at, error);
    }
    return this.#fail(at);
  }

  #decode(bytes: Buffer, at: number): string {
    try {
      return this.#decoder.decode(bytes);
    } catch (error) {
      return this.#fail(at, error);
    }
  }

  #fail(at: number, cause?: unknown): never {
    throw unreadable(`The file is no JSON: it breaks at byte ${(this.#read + at).toLocaleString("en-US")}.`, {
      hint: "Export the collection again, or copy the file again.",
      cause,
    });
  }
}
