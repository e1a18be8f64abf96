/** What the scan needs of WebAssembly: Node's types leave it to those of browsers. */
export interface WebAssemblyEngine {
  validate(program: Uint8Array): boolean;
  readonly Module: new (program: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  /** Sizes are pages of 64 KB. */
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WebAssemblyMemory;
}

export interface WebAssemblyMemory {
  /** Another one after each `grow`; the earlier one is detached. */
  readonly buffer: ArrayBuffer;
  /** Throws a RangeError when there is no more. */
  grow(pages: number): number;
}

export const pageBytes = 65_536;
/** The most that 32-bit addresses reach: 4 GB. */
export const maxPages = 65_536;

/** The engine, or null where Node was started without one. */
export function webAssembly(): WebAssemblyEngine | null {
  // Safe: the standard's names and signatures, of which this is a part.
  return (globalThis as { readonly WebAssembly?: WebAssemblyEngine }).WebAssembly ?? null;
}
