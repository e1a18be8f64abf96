import type { DocumentInput } from "../../src/core/document.ts";
import type { DocumentChanges } from "../../src/core/writes.ts";
import { noteSource } from "./contents.ts";
import { documentKey, type ModelCollection, type ModelDocument } from "./model.ts";

/** The counts of a write that the model foretells. */
export interface ModelWriteResult {
  added: number;
  changed: number;
  renamed: number;
  removed: number;
  unchanged: number;
  superseded: number;
  chunks: number;
}

/** Clocks of two machines differ a little: what was read later than this after now counts as read at an unknown time. */
const clockToleranceMs = 60_000;

/** Of notes the last that arrives counts. */
function isReadAfter({ readAtMs: storedAtMs, sourceKey }: ModelDocument, readAtMs: number): boolean {
  return sourceKey !== noteSource.key && storedAtMs > readAtMs && storedAtMs <= Date.now() + clockToleranceMs;
}

/** The collection's documents after a batch, and what the batch answers: renames, then removals, documents and touches. */
export function applyWrite(
  collection: ModelCollection,
  sourceKey: string,
  changes: DocumentChanges<DocumentInput>,
): { readonly documents: Map<string, ModelDocument>; readonly result: ModelWriteResult; readonly aside: number } {
  const documents = new Map(collection.documents);
  const result = { added: 0, changed: 0, renamed: 0, removed: 0, unchanged: 0, superseded: 0, chunks: 0 };
  const at = (path: string): string => documentKey(sourceKey, path);
  rename(documents, { at, changes, result });
  for (const path of changes.removals) if (documents.delete(at(path))) result.removed += 1;
  const aside = land(documents, { at, changes, result });
  for (const input of changes.documents) writeOne(documents, at(input.path), { ...input, sourceKey }, result);
  for (const { path, stat, readAtMs } of changes.touches) {
    const stored = documents.get(at(path));
    if (stored !== undefined && !isReadAfter(stored, readAtMs)) documents.set(at(path), { ...stored, stat, readAtMs });
  }
  return { documents, result, aside };
}

interface Renaming {
  readonly at: (path: string) => string;
  readonly changes: DocumentChanges<DocumentInput>;
  readonly result: ModelWriteResult;
}

/** While a document moves it stands nowhere, so that two names can be swapped. */
function movingKey(from: string): string {
  return `moving\0${from}`;
}

function rename(documents: Map<string, ModelDocument>, { at, changes, result }: Renaming): void {
  for (const { from, to, stat, readAtMs } of changes.renames) {
    const stored = documents.get(at(from));
    if (stored === undefined || isReadAfter(stored, readAtMs)) {
      const isDone = documents.get(at(to))?.stat.signature === stat.signature;
      result[isDone ? "unchanged" : "superseded"] += 1;
      continue;
    }
    documents.delete(at(from));
    documents.set(movingKey(from), stored);
  }
}

/** Returns how many moved into what is newer, and are gone. */
function land(documents: Map<string, ModelDocument>, { at, changes, result }: Renaming): number {
  let gone = 0;
  for (const { from, to, stat, readAtMs } of changes.renames) {
    const moving = documents.get(movingKey(from));
    if (moving === undefined) continue;
    documents.delete(movingKey(from));
    const occupant = documents.get(at(to));
    if (occupant !== undefined && isReadAfter(occupant, readAtMs)) {
      result.superseded += 1;
      gone += 1;
      continue;
    }
    documents.set(at(to), { ...moving, path: to, stat, readAtMs });
    result.renamed += 1;
  }
  return gone;
}

function writeOne(
  documents: Map<string, ModelDocument>,
  key: string,
  input: ModelDocument,
  result: ModelWriteResult,
): void {
  const stored = documents.get(key);
  if (stored !== undefined && isSame(stored, input)) {
    if (!isReadAfter(stored, input.readAtMs))
      documents.set(key, { ...stored, stat: input.stat, readAtMs: input.readAtMs });
    result.unchanged += 1;
    return;
  }
  if (stored !== undefined && isReadAfter(stored, input.readAtMs)) {
    result.superseded += 1;
    return;
  }
  result[stored === undefined ? "added" : "changed"] += 1;
  result.chunks += newPassages(stored, input);
  documents.set(key, input);
}

function isSame(a: ModelDocument, b: ModelDocument): boolean {
  const facts = ({ fingerprint, metadata, givenMetadata, language, category }: ModelDocument) =>
    JSON.stringify([fingerprint, metadata, givenMetadata, language, category]);
  return facts(a) === facts(b);
}

/** Passages that were not there before, equal ones counted by their number. */
function newPassages(stored: ModelDocument | undefined, input: ModelDocument): number {
  const left = stored?.chunks.map(({ text }) => text) ?? [];
  let count = 0;
  for (const { text } of input.chunks) {
    const index = left.indexOf(text);
    if (index === -1) count += 1;
    else left.splice(index, 1);
  }
  return count;
}
