import { CommonsError } from "../../core/errors.ts";
import { maxPages, pageBytes, type WebAssemblyEngine, type WebAssemblyMemory } from "./web-assembly.ts";

interface Span {
  readonly address: number;
  readonly sizeBytes: number;
}

/** Exports of scan.wat, where parameters and results are described. */
export interface ScanProgram {
  scores(
    vectors: number,
    stride: number,
    count: number,
    query: number,
    factor: number,
    inverseNorms: number,
    scores: number,
  ): void;
  squares(vector: number, length: number): number;
}

const alignment = 16;

/**
 * The memory that all columns of a scan share. WebAssembly's memory grows and never shrinks: freed spans are used again (first fit,
 * neighbours joined), and when nothing is in use any more the whole of it goes.
 */
export class ScanMemory {
  readonly #engine: WebAssemblyEngine;
  readonly #module: object;
  #live: { readonly memory: WebAssemblyMemory; readonly program: ScanProgram } | null = null;
  #views = viewsOf(new ArrayBuffer(0));
  /** In order of address; no two of them touch. */
  #free: Span[] = [];
  readonly #used = new Map<number, number>();

  constructor(engine: WebAssemblyEngine, program: Uint8Array) {
    this.#engine = engine;
    this.#module = new engine.Module(program);
  }

  /** Address of so many bytes of any content; a multiple of 16. INTERNAL when they cannot be had. */
  allocate(wantedBytes: number): number {
    const sizeBytes = Math.max(alignment, Math.ceil(wantedBytes / alignment) * alignment);
    this.#live ??= this.#start();
    if (!this.#free.some((span) => span.sizeBytes >= sizeBytes)) this.#grow(this.#live.memory, sizeBytes);
    const index = this.#free.findIndex((span) => span.sizeBytes >= sizeBytes);
    const { address, sizeBytes: found } = this.#free[index] ?? { address: 0, sizeBytes: 0 };
    const rest = { address: address + sizeBytes, sizeBytes: found - sizeBytes };
    this.#free.splice(index, 1, ...(rest.sizeBytes > 0 ? [rest] : []));
    this.#used.set(address, sizeBytes);
    return address;
  }

  /** Takes back what `allocate` gave. */
  release(address: number): void {
    const sizeBytes = this.#used.get(address);
    if (sizeBytes === undefined) throw new CommonsError("INTERNAL", `Nothing is allocated at ${address}.`);
    this.#used.delete(address);
    this.#giveBack({ address, sizeBytes });
    if (this.#used.size === 0) this.#end();
  }

  /** Bytes that the process holds for it. */
  get sizeBytes(): number {
    return this.#live?.memory.buffer.byteLength ?? 0;
  }

  /** The memory as numbers; asked for anew after every `allocate`, which may move it. */
  get views(): Views {
    const buffer = this.#live?.memory.buffer;
    if (buffer !== undefined && this.#views.bytes.buffer !== buffer) this.#views = viewsOf(buffer);
    return this.#views;
  }

  get program(): ScanProgram {
    return (this.#live ??= this.#start()).program;
  }

  #start(): { readonly memory: WebAssemblyMemory; readonly program: ScanProgram } {
    const memory = new this.#engine.Memory({ initial: 1, maximum: maxPages });
    const { exports } = new this.#engine.Instance(this.#module, { scan: { memory } });
    this.#free = [{ address: 0, sizeBytes: pageBytes }];
    // Safe: scan.wat exports these two functions, and a test holds the program to it.
    return { memory, program: exports as ScanProgram };
  }

  #end(): void {
    this.#live = null;
    this.#free = [];
    this.#views = viewsOf(new ArrayBuffer(0));
  }

  #grow(memory: WebAssemblyMemory, sizeBytes: number): void {
    const end = memory.buffer.byteLength;
    const last = this.#free.at(-1);
    const atEnd = last !== undefined && last.address + last.sizeBytes === end ? last.sizeBytes : 0;
    const pages = Math.ceil((sizeBytes - atEnd) / pageBytes);
    try {
      memory.grow(pages);
    } catch (error) {
      if (this.#used.size === 0) this.#end();
      const megabytes = Math.ceil(sizeBytes / 1e6);
      throw new CommonsError("INTERNAL", `There is no memory for ${megabytes} MB of vectors.`, {
        hint: "Close other programs, or keep fewer passages in one collection.",
        cause: error,
      });
    }
    this.#giveBack({ address: end, sizeBytes: pages * pageBytes });
  }

  #giveBack(span: Span): void {
    const at = this.#free.findIndex(({ address }) => address > span.address);
    const index = at === -1 ? this.#free.length : at;
    const before = this.#free[index - 1];
    const after = this.#free[index];
    const touchesBefore = before !== undefined && before.address + before.sizeBytes === span.address;
    const touchesAfter = after !== undefined && span.address + span.sizeBytes === after.address;
    const joined = {
      address: touchesBefore ? before.address : span.address,
      sizeBytes: (touchesBefore ? before.sizeBytes : 0) + span.sizeBytes + (touchesAfter ? after.sizeBytes : 0),
    };
    this.#free.splice(touchesBefore ? index - 1 : index, Number(touchesBefore) + Number(touchesAfter), joined);
  }
}

interface Views {
  readonly bytes: Int8Array;
  readonly codes: Int16Array;
  readonly floats: Float32Array;
}

function viewsOf(buffer: ArrayBuffer): Views {
  return { bytes: new Int8Array(buffer), codes: new Int16Array(buffer), floats: new Float32Array(buffer) };
}
