import { CommonsError } from "../core/errors.ts";
import type { ForeignCollection } from "../core/ports.ts";
import { type Caller, viewerOf } from "./caller.ts";
import type { HandlerParts, HandlersNamed } from "./handlers.ts";

/** Looking at what other programs keep in Chroma, and reading it for a copy. */
export function foreignHandlers({ engine }: HandlerParts): HandlersNamed<"foreign.get" | "foreign.read"> {
  const find = async (name: string, caller: Caller): Promise<ForeignCollection> => {
    const listed = await engine.listForeign(viewerOf(caller).space);
    if (listed === null)
      throw new CommonsError("ENGINE_UNAVAILABLE", "ChromaDB does not answer just now.", {
        hint: "Collections of other programs are read from ChromaDB itself; commons status shows how it is.",
      });
    const found = listed.find((collection) => collection.name === name);
    if (found !== undefined) return found;
    throw new CommonsError("COLLECTION_NOT_FOUND", `No other program has a collection "${name.slice(0, 100)}".`, {
      hint:
        listed.length === 0
          ? "ChromaDB holds no collections of other programs in this space."
          : `There are: ${listed
              .slice(0, 10)
              .map((collection) => collection.name)
              .join(", ")}.`,
    });
  };
  return {
    "foreign.get": ({ collection }, caller) => find(collection, caller),
    "foreign.read": async ({ collection, offset, limit }, caller) =>
      engine.readForeign(viewerOf(caller).space, collection, { offset, limit }),
  };
}
