import type { ErrorCode } from "../../src/core/errors.ts";
import { coversScope } from "../../src/core/scopes.ts";
import type { SimulatedCall } from "./simulated-call.ts";
import { countsOf, documentKey, type Model, type ModelCaller, type ModelCollection } from "./model.ts";
import { foretellDelete, foretellPromote, foretellRestore, foretellUnload, receiptOf } from "./model-removals.ts";
import { applyWrite } from "./model-writes.ts";

/** What a call answers, as text that can be compared; a search by its places. */
export type Answer =
  | { readonly kind: "error"; readonly code: ErrorCode }
  | { readonly kind: "result"; readonly text: string }
  | { readonly kind: "places"; readonly places: ReadonlySet<string> };

/** What a call would do in the model's present state. */
export interface Foretold {
  readonly answer: Answer;
  /** The collection that it is about, where there is one already. */
  readonly target: ModelCollection | null;
  /** A collection that it takes away or takes something from. */
  readonly disturbs?: ModelCollection | undefined;
  /** Does it; `actual` names a new collection. */
  readonly apply: ((actual: ActualChange) => Answer) | null;
}

/** What only the catalog knows: the names that it gave. */
export interface ActualChange {
  /** Of a new collection. */
  readonly newId: string;
  /** null: the change left none. */
  readonly receipt: number | null;
  /** Of the collection that was replaced. */
  readonly replacedReceipt: number | null;
}

/** The model's answer to a call, without doing it yet. */
export function foretell(model: Model, call: SimulatedCall, caller: ModelCaller): Foretold {
  switch (call.name) {
    case "collections.ensure":
      return foretellEnsure(model, call.input, caller);
    case "documents.write":
      return withId(model, call.input.collectionId, caller, (collection) =>
        foretellWrite(model, collection, { input: call.input, caller }),
      );
    case "scopes.save":
      return withId(model, call.input.collectionId, caller, (collection) => foretellScope(collection, call.input));
    case "documents.delete":
      return named(model, call.input.collection, caller, (collection) =>
        foretellDelete(model, collection, { input: call.input, caller }),
      );
    case "collections.unload":
      return named(model, call.input.collection, caller, (collection) => foretellUnload(model, collection, { caller }));
    case "collections.restore":
      return foretellRestore(model, call.input, caller);
    case "collections.promote":
      return foretellPromote(model, call.input, caller);
    case "documents.known":
      return withId(model, call.input.collectionId, caller, (collection) =>
        read(knownText(collection, call.input.sourceKey), collection),
      );
    case "collections.list":
      return read(listText(model.visible(caller)), null);
    default:
      return foretellSearch(model, call.input, caller);
  }
}

export type CallNamed<N extends SimulatedCall["name"]> = Extract<SimulatedCall, { name: N }>["input"];

export function refused(code: ErrorCode): Foretold {
  return { answer: { kind: "error", code }, target: null, apply: null };
}

function read(text: string, target: ModelCollection | null): Foretold {
  return { answer: result(text), target, apply: null };
}

export function result(value: unknown): Answer {
  return { kind: "result", text: typeof value === "string" ? value : JSON.stringify(value) };
}

function named(
  model: Model,
  name: string,
  caller: ModelCaller,
  then: (collection: ModelCollection) => Foretold,
): Foretold {
  const collection = model.find(caller, name);
  return collection === null ? refused("COLLECTION_NOT_FOUND") : then(collection);
}

/** An id opens a collection to those only who see it. */
function withId(
  model: Model,
  id: string,
  caller: ModelCaller,
  then: (collection: ModelCollection) => Foretold,
): Foretold {
  const collection = model.visible(caller).find((visible) => visible.id === id);
  return collection === undefined ? refused("COLLECTION_NOT_FOUND") : then(collection);
}

function foretellEnsure(
  model: Model,
  { collection: name, kind }: CallNamed<"collections.ensure">,
  caller: ModelCaller,
): Foretold {
  const found = model.find(caller, name);
  const wanted = kind === "any" ? (found?.kind ?? "permanent") : kind;
  if (found !== null && found.kind !== wanted) return refused("COLLECTION_EXISTS");
  const text = (collection: Pick<ModelCollection, "id">, isNew: boolean, counts: object): Answer =>
    result({ id: collection.id, name, kind: wanted, isNew, ...counts });
  if (found !== null) {
    const answer = text(found, false, countsOf(found));
    return { answer, target: found, apply: () => answer };
  }
  return {
    answer: result("a new collection"),
    target: null,
    apply: ({ newId: id }) => {
      model.create({
        id,
        space: caller.space,
        name,
        kind: wanted,
        owner: wanted === "temporary" ? caller.sessionId : null,
      });
      return text({ id }, true, { documents: 0, chunks: 0, sizeBytes: 0 });
    },
  };
}

function foretellWrite(
  model: Model,
  collection: ModelCollection,
  { input, caller }: { readonly input: CallNamed<"documents.write">; readonly caller: ModelCaller },
): Foretold {
  const { source, changes } = input;
  const { documents, result: counts, aside } = applyWrite(collection, source.key, changes);
  const answer = result({ ...counts });
  return {
    answer,
    target: collection,
    apply: () => {
      collection.documents.clear();
      for (const document of documents.values())
        collection.documents.set(documentKey(document.sourceKey, document.path), document);
      const { added, changed, renamed, removed, chunks } = counts;
      model.receipts.addWrite({
        ...receiptOf(collection, { action: "write", caller }),
        sourceKey: source.key,
        counts: { added, changed, renamed, removed: removed + aside, chunks },
      });
      return answer;
    },
  };
}

function foretellScope(collection: ModelCollection, { source, scope, isWatched }: CallNamed<"scopes.save">): Foretold {
  const key = documentKey(source.key, scope.directory);
  const before = collection.scopes.get(key);
  const stored = { sourceKey: source.key, scope, isWatched: isWatched || before?.isWatched === true };
  const answer = result({ directory: scope.directory, isWatched: stored.isWatched });
  return {
    answer,
    target: collection,
    apply: () => {
      // What is part of it and watched by nobody needs no place of its own.
      for (const [other, known] of collection.scopes) {
        const isPart = known.sourceKey === source.key && other !== key && coversScope(scope, known.scope);
        if (isPart && !known.isWatched) collection.scopes.delete(other);
      }
      collection.scopes.set(key, stored);
      return answer;
    },
  };
}

function knownText(collection: ModelCollection, sourceKey: string): string {
  const own = [...collection.documents.values()].filter((document) => document.sourceKey === sourceKey);
  return JSON.stringify(
    own.map(({ path, fingerprint, stat }) => [path, fingerprint, stat.signature]).toSorted(byFirst),
  );
}

export function listText(collections: readonly ModelCollection[]): string {
  const rows = collections.map((collection) => {
    const { documents, chunks, sizeBytes } = countsOf(collection);
    return [collection.id, collection.name, collection.kind, documents, chunks, sizeBytes];
  });
  return JSON.stringify(rows.toSorted(byFirst));
}

export function byFirst(a: readonly unknown[], b: readonly unknown[]): number {
  return String(a[0]) < String(b[0]) ? -1 : 1;
}

function foretellSearch(model: Model, { collections, query }: CallNamed<"search">, caller: ModelCaller): Foretold {
  const chosen =
    collections === "*" ? model.visible(caller) : [...new Set(collections)].map((name) => model.find(caller, name));
  if (chosen.includes(null)) return refused("COLLECTION_NOT_FOUND");
  const places = new Set<string>();
  for (const collection of chosen) {
    if (collection === null) continue;
    for (const { sourceKey, path, chunks } of collection.documents.values())
      if (chunks.some(({ text }) => text.split(" ").includes(query)))
        places.add(`${collection.name} ${sourceKey} ${path}`);
  }
  return { answer: { kind: "places", places }, target: null, apply: null };
}
