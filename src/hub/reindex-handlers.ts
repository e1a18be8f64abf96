import type { CollectionSummary } from "../core/collections.ts";
import { asCommonsError } from "../core/errors.ts";
import { builtInModel, isBuiltInModel } from "../core/model-id.ts";
import type { ReindexPlan } from "../core/model-vectors.ts";
import type { ReindexPrice } from "../protocol/views.ts";
import { requireSession, viewerOf, type Caller } from "./caller.ts";
import { visibleCollection } from "./collection-lookup.ts";
import type { HandlerParts, HandlersNamed } from "./handlers.ts";

/** Moving collections to another embedding model, in the background. */
export function reindexHandlers(
  parts: HandlerParts,
): HandlersNamed<"reindex.price" | "reindex.start" | "reindex.cancel" | "reindex.list"> {
  const { writer, embedding } = parts;
  const find = (caller: Caller, name: string) => visibleCollection(parts, viewerOf(caller), name);
  return {
    "reindex.price": async ({ collection: name, embedder }, caller) => {
      const collection = await find(caller, name);
      return priceOf(parts, await writer.planReindex(collection.id, targetOf(parts, collection, embedder)));
    },
    "reindex.start": async ({ collection: name, embedder }, caller) => {
      requireSession(caller);
      const collection = await find(caller, name);
      const model = targetOf(parts, collection, embedder);
      const run = await writer.startReindex(collection.id, model);
      await embedding.renew(model);
      return { ...run, done: 0 };
    },
    "reindex.cancel": async ({ collection: name }, caller) => {
      requireSession(caller);
      const wasRunning = await writer.cancelReindex((await find(caller, name)).id);
      embedding.kick();
      return { wasRunning };
    },
    "reindex.list": async (_input, caller) => {
      const { space } = viewerOf(caller);
      return (await embedding.view()).reindexing.filter((run) => run.space === space);
    },
  };
}

/** null: the same model again, or the newest built-in one in place of an older. */
function targetOf(parts: HandlerParts, collection: CollectionSummary, wanted: string | null): string {
  const model = wanted ?? collection.embedder;
  return isBuiltInModel(model) && (wanted === null || wanted === builtInModel)
    ? parts.embedder.id
    : parts.models.requireId(model);
}

async function priceOf(parts: HandlerParts, plan: ReindexPlan): Promise<ReindexPrice> {
  const { models } = parts;
  const tokens = models.tokensOf(plan.textBytes);
  const dollarsPerMillion = isBuiltInModel(plan.to) ? 0 : models.pricePerMillion(plan.to);
  const known = {
    plan,
    tokens,
    dollars: dollarsPerMillion === null ? null : (tokens / 1_000_000) * dollarsPerMillion,
    destination: models.destination(plan.to),
  };
  const preparation = models.preparation(plan.to);
  if (preparation !== null) return { ...known, seconds: null, remark: preparation };
  try {
    const textMs = await models.measure(plan.to, plan.texts === 0 ? 0 : plan.textBytes / plan.texts);
    return { ...known, seconds: (plan.texts * textMs) / 1_000, remark: null };
  } catch (error) {
    const { message, hint } = asCommonsError(error);
    return { ...known, seconds: null, remark: hint === undefined ? message : `${message} ${hint}` };
  }
}
