import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Embedder } from "../../src/core/ports.ts";
import { createEmbedder, defaultEmbedderId } from "../../src/embed/registry.ts";
import { createTokenizer, type Tokenizer } from "../../src/search/tokenizer.ts";

/** What all runs of a thread share: it is costly to make, and keeps nothing of a run. */
export interface SimulationTools {
  readonly embedder: Embedder;
  readonly tokenizer: Tokenizer;
  /** Where catalogs are made: in memory where the system has such a place. */
  readonly directory: string;
}

export function makeSimulationTools(): SimulationTools {
  const tokenizer = createTokenizer();
  const embedder = createEmbedder(defaultEmbedderId, tokenizer.parts);
  return { tokenizer, embedder, directory: existsSync("/dev/shm") ? "/dev/shm" : tmpdir() };
}
