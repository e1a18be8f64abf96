import { requireCollectionName } from "../core/collection-name.ts";
import { builtInModel } from "../core/model-id.ts";
import { markUse, originOf, viewerOf } from "./caller.ts";
import type { HandlerParts, HandlersNamed } from "./handlers.ts";

/** Collections by name, made where they are missing. */
export function ensureHandlers(parts: HandlerParts): HandlersNamed<"collections.ensure"> {
  const { writer, engine } = parts;
  return {
    "collections.ensure": async ({ collection: name, kind, embedder }, caller) => {
      requireCollectionName(name);
      const { author } = originOf(caller);
      const viewer = viewerOf(caller);
      const found = await writer.findCollection(viewer, name);
      if (found === null && kind !== "temporary") await engine.requireNotForeign(caller.space, name);
      // What has the name may be another by then: the catalog decides by what is there in the moment in which it makes one.
      const ensured = await writer.ensureCollection({
        ...viewer,
        name,
        kind,
        author,
        embedder: wantedModel(parts, embedder),
        embedderOfNew: modelOfNew(parts, kind, found === null && embedder === undefined),
      });
      // Before the answer: a hub that is started again drops the temporary collections of sessions that it knows nothing of.
      await markUse(parts, caller, ensured.collection);
      engine.kick();
      return ensured;
    },
  };
}

/** A model that a user asked for by name; undefined: none was. Errors: INPUT_INVALID with the known kinds. */
function wantedModel({ models, embedder: builtIn }: HandlerParts, given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  return given === builtInModel ? builtIn.id : models.requireId(given);
}

/**
 * What is temporary stays with the built-in model, which costs nothing, unless the caller says otherwise. A wrong setting is an error only
 * for who makes a collection.
 */
function modelOfNew({ models, embedder, defaultModel }: HandlerParts, kind: string, isMissing: boolean): string {
  if (kind === "temporary" || defaultModel === builtInModel) return embedder.id;
  return isMissing ? models.requireId(defaultModel) : defaultModel;
}
