import { viewerOf } from "./caller.ts";
import type { HandlersNamed, HandlerTools } from "./handlers.ts";

/**
 * Which texts a collection has, and where. The catalog's reader is asked in small steps, because it serves all sessions. A walk over all
 * collections is no use of any: nobody's removal waits for it.
 */
export function passageHandlers({ reader, gate }: HandlerTools): HandlersNamed<"passages.page" | "passages.places"> {
  return {
    "passages.page": async (query, caller) => {
      await gate.require(viewerOf(caller), query.collectionId);
      return reader.passagePage(query);
    },
    "passages.places": async (query, caller) => {
      await gate.require(viewerOf(caller), query.collectionId);
      return reader.spanPlaces(query);
    },
  };
}
