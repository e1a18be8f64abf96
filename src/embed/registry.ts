import { CommonsError } from "../core/errors.ts";
import type { Embedder } from "../core/ports.ts";
import { createHashEmbedder, hashEmbedderId, type Tokenize } from "./hash-embedder.ts";

/** Every embedder by its id. A new one is a file and a line here. */
const factories: Readonly<Record<string, (tokenize: Tokenize) => Embedder>> = {
  [hashEmbedderId]: createHashEmbedder,
};

export const defaultEmbedderId = hashEmbedderId;

export function embedderIds(): string[] {
  return Object.keys(factories);
}

/** Throws SETTING_INVALID for an unknown id. */
export function createEmbedder(id: string, tokenize: Tokenize): Embedder {
  const factory = Object.hasOwn(factories, id) ? factories[id] : undefined;
  if (factory !== undefined) return factory(tokenize);
  throw new CommonsError("SETTING_INVALID", `There is no embedder "${id}".`, {
    hint: `Known embedders: ${embedderIds().join(", ")}.`,
  });
}
