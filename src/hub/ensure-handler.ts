import { requireCollectionName } from "../core/collection-name.ts";
import { CommonsError } from "../core/errors.ts";
import { builtInModel } from "../core/model-id.ts";
import { markUse, originOf, viewerOf, type Caller } from "./caller.ts";
import type { HandlerParts, Handlers, HandlersNamed } from "./handlers.ts";

type Wanted = Parameters<Handlers["collections.ensure"]>[0];
type Ensured = ReturnType<Handlers["collections.ensure"]>;

const attempts = 3;

/** Collections by name, made where they are missing. */
export function ensureHandlers(parts: HandlerParts): HandlersNamed<"collections.ensure"> {
  return {
    "collections.ensure": async (wanted, caller) => {
      requireCollectionName(wanted.collection);
      const ensured = await ensureAsItIs(parts, wanted, caller);
      // Before the answer: a hub that is started again drops the temporary collections of sessions that it knows nothing of.
      await markUse(parts, caller, ensured.collection);
      parts.engine.kick();
      return ensured;
    },
  };
}

/**
 * Which kind and model to ask for depends on what has the name. A call beside this one may make or unload that in between; a refusal
 * counts only when it was about what was looked at.
 */
async function ensureAsItIs(parts: HandlerParts, wanted: Wanted, caller: Caller): Ensured {
  const { writer } = parts;
  const { collection: name, kind, embedder } = wanted;
  const { author } = originOf(caller);
  const viewer = viewerOf(caller);
  for (let attempt = 1; ; attempt++) {
    const found = await writer.findCollection(viewer, name);
    if (found === null && kind !== "temporary") await parts.engine.requireNotForeign(caller.space, name);
    const asked = kind === "any" ? (found?.kind ?? "permanent") : kind;
    const model = found === null ? modelOfNew(parts, embedder, asked) : wantedModel(parts, embedder);
    try {
      return await writer.ensureCollection({ ...viewer, name, kind: asked, author, embedder: model });
    } catch (error) {
      if (!(error instanceof CommonsError) || error.code !== "COLLECTION_EXISTS" || attempt === attempts) throw error;
      const now = await writer.findCollection(viewer, name);
      if (now?.id === found?.id) throw error;
    }
  }
}

/** A model that a user asked for by name; undefined: none was. Errors: INPUT_INVALID with the known kinds. */
function wantedModel({ models, embedder: builtIn }: HandlerParts, given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  return given === builtInModel ? builtIn.id : models.requireId(given);
}

/** What is temporary stays with the built-in model, which costs nothing, unless the caller says otherwise. */
function modelOfNew(parts: HandlerParts, given: string | undefined, kind: "permanent" | "temporary"): string {
  const byDefault = kind === "permanent" ? parts.defaultModel : builtInModel;
  return wantedModel(parts, given ?? byDefault) ?? parts.embedder.id;
}
