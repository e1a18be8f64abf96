import { authorOf, markUse, requireSession, viewerOf } from "./caller.ts";
import type { HandlersNamed, HandlerTools } from "./handlers.ts";
import { ingestRates, newRates } from "./ingest-rates.ts";

type ScopeOperations =
  | "sources.state"
  | "scopes.save"
  | "scopes.watched"
  | "scopes.unwatch"
  | "contents.known"
  | "rates.get"
  | "rates.report";

/** What is mirrored and watched, and what an ingest would cost. */
export function scopeHandlers(tools: HandlerTools): HandlersNamed<ScopeOperations> {
  const { reader, writer, engine, gate } = tools;
  return {
    "sources.state": async (input, caller) => {
      await gate.require(viewerOf(caller), input.collectionId);
      return writer.sourceState(input);
    },
    "scopes.save": async (input, caller) => {
      void markUse(tools, caller, await gate.require(viewerOf(caller), input.collectionId));
      return writer.saveScope({ ...input, author: authorOf(requireSession(caller)) });
    },
    "scopes.watched": async (_input, caller) => reader.watchedScopes(viewerOf(caller)),
    "scopes.unwatch": async ({ id }, caller) => {
      const isVisible = (await writer.watchedScopes(viewerOf(caller))).some((watched) => watched.id === id);
      return { wasWatched: isVisible && (await writer.unwatchScope(id)) };
    },
    "contents.known": async ({ hashes }, caller) => ({ known: await reader.knownContents(viewerOf(caller), hashes) }),
    "rates.get": async () => {
      const rates = ingestRates(await reader.getMeta(ratesKey), await reader.totals());
      return (await engine.view()).kind === "none" ? { ...rates, engineBytesPerChunk: 0 } : rates;
    },
    "rates.report": async (run) => {
      await writer.setMeta(ratesKey, newRates(await writer.getMeta(ratesKey), run));
      return {};
    },
  };
}

const ratesKey = "ingestRates";
