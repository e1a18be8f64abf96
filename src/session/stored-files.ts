import type { KnownFile } from "../core/document.ts";
import type { SourceState, StoredScope } from "../core/scopes.ts";
import { loadKnown } from "../ingest/mirror.ts";
import type { DocumentChanges, DocumentTarget, WriteResult } from "../core/writes.ts";

/** Where the stored files are read from and written to: one source in one collection of the hub. */
export interface StoredFilesPlace {
  readonly state: () => Promise<SourceState>;
  readonly target: DocumentTarget;
}

/**
 * What a session remembers of the stored files of one source in one collection, so that looking whether anything changed on the disk
 * costs one question to the hub and not the whole list. It is a DocumentTarget itself: what is written through it is remembered.
 */
export class StoredFiles implements DocumentTarget {
  readonly #place: StoredFilesPlace;
  #files = new Map<string, KnownFile>();
  #revision: number | null = null;

  constructor(place: StoredFilesPlace) {
    this.#place = place;
  }

  /** Asks for the hub's state, and for the list when others have changed it. The scopes that the collection mirrors. */
  async update(): Promise<readonly StoredScope[]> {
    const { revision, scopes } = await this.#place.state();
    if (revision !== this.#revision) await this.#reload(revision);
    return scopes;
  }

  get files(): ReadonlyMap<string, KnownFile> {
    return this.#files;
  }

  async known(after: string | null): Promise<KnownFile[]> {
    return after === null ? [...this.#files.values()] : [];
  }

  async knownPaths(paths: readonly string[]): Promise<KnownFile[]> {
    return paths.map((path) => this.#files.get(path)).filter((file) => file !== undefined);
  }

  async write(changes: DocumentChanges): Promise<WriteResult> {
    const result = await this.#place.target.write(changes);
    // A document that lost against a newer reading is not what we think it is.
    if (result.revision.before === this.#revision && result.superseded === 0)
      this.#apply(changes, result.revision.after);
    else this.#revision = null;
    return result;
  }

  async #reload(revision: number): Promise<void> {
    this.#files = await loadKnown(this.#place.target, () => true);
    // What was written between the two questions is in the list or raises the revision: at worst the list is fetched again.
    this.#revision = revision;
  }

  #apply({ documents, renames, touches, removals }: DocumentChanges, revision: number): void {
    const moved = renames.map(({ from, to, stat }) => ({ file: this.#files.get(from), to, stat }));
    for (const { from } of renames) this.#files.delete(from);
    for (const path of removals) this.#files.delete(path);
    for (const { file, to, stat } of moved) if (file !== undefined) this.#files.set(to, { ...file, path: to, stat });
    for (const { path, stat, contentHash, fingerprint, category, givenMetadata } of documents)
      this.#files.set(path, { path, stat, contentHash, fingerprint, category, givenMetadata });
    for (const { path, stat } of touches) {
      const file = this.#files.get(path);
      if (file !== undefined) this.#files.set(path, { ...file, stat });
    }
    this.#revision = revision;
  }
}
