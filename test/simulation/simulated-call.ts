import type { z } from "zod";
import type { OperationName, OperationOutput, operations } from "../../src/protocol/operations.ts";
import type { Answer } from "./model-answers.ts";
import { byFirst } from "./model-answers.ts";

export const simulatedOperations = [
  "collections.ensure",
  "collections.list",
  "collections.unload",
  "collections.restore",
  "collections.promote",
  "documents.write",
  "documents.known",
  "documents.delete",
  "scopes.save",
  "search",
] as const satisfies readonly OperationName[];
export type SimulatedOperation = (typeof simulatedOperations)[number];

/** A call of the hub as it arrives at a handler. */
export type SimulatedCall = {
  [N in SimulatedOperation]: { readonly name: N; readonly input: z.output<(typeof operations)[N]["input"]> };
}[SimulatedOperation];

/** Which method of the catalog makes the change that an operation is for. */
export const changingMethods: Readonly<Record<string, SimulatedOperation>> = {
  ensureCollection: "collections.ensure",
  write: "documents.write",
  deleteDocuments: "documents.delete",
  unloadCollection: "collections.unload",
  restoreCollection: "collections.restore",
  restoreReceipt: "collections.restore",
  promoteCollection: "collections.promote",
  saveScope: "scopes.save",
};

export type SimulatedResult = {
  [N in SimulatedOperation]: { readonly name: N; readonly output: OperationOutput<N> };
}[SimulatedOperation];

/** What a handler answered, as the model's answers are written. */
export function answerOf(result: SimulatedResult): Answer {
  switch (result.name) {
    case "collections.ensure": {
      const { collection, isNew } = result.output;
      const { id, name, kind, documents, chunks, sizeBytes } = collection;
      return text({ id, name, kind, isNew, documents, chunks, sizeBytes });
    }
    case "documents.write": {
      const { added, changed, renamed, removed, unchanged, superseded, chunks } = result.output;
      return text({ added, changed, renamed, removed, unchanged, superseded, chunks });
    }
    case "documents.delete": {
      const { documents, chunks, places, unknownIds, ambiguousIds, receipt } = result.output;
      return text({
        documents,
        chunks,
        places: places.map(({ sourceKey, path }) => `${sourceKey}\0${path}`).toSorted(),
        unknownIds: unknownIds.toSorted(),
        ambiguousIds: ambiguousIds.map(({ id }) => id).toSorted(),
        receipt,
      });
    }
    case "collections.unload": {
      const { collection, kind, documents, chunks, receipt } = result.output;
      return text({ collection, kind, documents, chunks, receipt });
    }
    case "collections.restore": {
      const { collectionId: id, collection: name, documents, chunks, superseded, receipt } = result.output;
      return text({ id, name, documents, chunks, superseded, receipt });
    }
    case "collections.promote": {
      const { collection, replaced, receipt } = result.output;
      const { id, name, documents, chunks } = collection;
      const old = replaced && { receipt: replaced.receipt, documents: replaced.documents, chunks: replaced.chunks };
      return text({ id, name, documents, chunks, replaced: old, receipt });
    }
    case "scopes.save":
      return text({ directory: result.output.scope.directory, isWatched: result.output.isWatched });
    case "documents.known":
      return text(
        result.output.map(({ path, fingerprint, stat }) => [path, fingerprint, stat.signature]).toSorted(byFirst),
      );
    case "collections.list":
      return text(
        result.output.collections
          .map(({ id, name, kind, documents, chunks, sizeBytes }) => [id, name, kind, documents, chunks, sizeBytes])
          .toSorted(byFirst),
      );
    default:
      return { kind: "places", places: placesOf(result.output) };
  }
}

function text(value: unknown): Answer {
  return { kind: "result", text: JSON.stringify(value) };
}

function placesOf({ hits }: OperationOutput<"search">): Set<string> {
  const places = hits.flatMap((hit) => [hit, ...hit.alsoAt]);
  return new Set(places.map(({ collection, sourceKey, path }) => `${collection} ${sourceKey} ${path}`));
}
