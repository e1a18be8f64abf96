import { CommonsError } from "../core/errors.ts";
import type { Embedder } from "../core/ports.ts";
import { createStaticEmbedder, staticEmbedderId, type Tokenize } from "./static-embedder.ts";

/** Every built-in embedder by its id. A new one is a file and a line here. */
const factories: Readonly<Record<string, (tokenize: Tokenize) => Embedder>> = {
  [staticEmbedderId]: (tokenize) => createStaticEmbedder(tokenize),
};

export const defaultEmbedderId = staticEmbedderId;

export function embedderIds(): string[] {
  return Object.keys(factories);
}

/** Throws SETTING_INVALID for an unknown id, PROGRAM_NOT_BUILT when a file of the model is missing. */
export function createEmbedder(id: string, tokenize: Tokenize): Embedder {
  const factory = Object.hasOwn(factories, id) ? factories[id] : undefined;
  if (factory !== undefined) return factory(tokenize);
  throw new CommonsError("SETTING_INVALID", `There is no embedder "${id}".`, {
    hint: `Known embedders: ${embedderIds().join(", ")}.`,
  });
}
