/** What one writer was told of one thing: its text as last acknowledged, or that it was removed. */
interface Entry {
  readonly collection: string;
  /** A word that stands in this version of the text and in no other text. */
  marker: string | null;
  /** Markers of versions that were replaced or removed with an acknowledgement: nothing may answer to them any more. */
  readonly gone: string[];
  /** Set while a change is under way; a session that dies then leaves it open which version is there. */
  pending: string | null | undefined;
}

export interface Claim {
  readonly thing: string;
  readonly collection: string;
  /** The word that must be found; null: the thing was removed. */
  readonly marker: string | null;
  readonly gone: readonly string[];
}

/** What was acknowledged to the sessions of a soak: all of it must be there at the end, and nothing that was replaced or removed. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();

  /** Before a change: `marker` is the word of the new version, null for a removal. */
  begin(thing: string, collection: string, marker: string | null): void {
    const entry = this.#entries.get(thing);
    if (entry === undefined) this.#entries.set(thing, { collection, marker: null, gone: [], pending: marker });
    else entry.pending = marker;
  }

  /** After the answer. */
  acknowledge(thing: string): void {
    const entry = this.#entries.get(thing);
    if (entry?.pending === undefined) return;
    if (entry.marker !== null && entry.marker !== entry.pending) entry.gone.push(entry.marker);
    entry.marker = entry.pending;
    entry.pending = undefined;
  }

  /** What must hold now; things whose last change was never answered are left out. */
  claims(): Claim[] {
    return [...this.#entries].flatMap(([thing, { collection, marker, gone, pending }]) =>
      pending === undefined ? [{ thing, collection, marker, gone }] : [],
    );
  }

  get unanswered(): number {
    return [...this.#entries.values()].filter(({ pending }) => pending !== undefined).length;
  }
}
