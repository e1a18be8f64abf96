import { isBuiltInModel } from "../core/model-id.ts";
import { markUse, requireSession, viewerOf } from "./caller.ts";
import type { HandlersNamed, HandlerTools } from "./handlers.ts";

/** Collections out and in, page by page. What comes in is the caller's alone until it is promoted. */
export function portableHandlers({
  writer,
  reader,
  registry,
  gate,
  embedding,
}: HandlerTools): HandlersNamed<"documents.export" | "documents.import" | "receipts.origin"> {
  return {
    "documents.export": async (query, caller) => {
      void markUse({ writer, registry }, caller, await gate.require(viewerOf(caller), query.collectionId));
      return reader.exportPage(query);
    },
    "receipts.origin": async (query, caller) => {
      await gate.require(viewerOf(caller), query.collectionId);
      return reader.originReceipts(query);
    },
    "documents.import": async (request, caller) => {
      requireSession(caller);
      const { embedder } = await gate.require(viewerOf(caller), request.collectionId);
      const imported = await writer.importPage(request);
      if (!isBuiltInModel(embedder)) embedding.kick();
      return imported;
    },
  };
}
