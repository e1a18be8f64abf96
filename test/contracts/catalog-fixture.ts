import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Catalog, CatalogOptions, SearchRequest, WriteBatch } from "../../src/catalog/api.ts";
import { openCatalog } from "../../src/catalog/catalog.ts";
import type { Origin } from "../../src/core/receipts.ts";
import type { Author, Chunk, DocumentInput, Source } from "../../src/core/document.ts";
import { createEmbedder, defaultEmbedderId } from "../../src/embed/registry.ts";
import { createTokenizer } from "../../src/search/tokenizer.ts";

export const author: Author = {
  sessionId: "s1",
  agent: "codex",
  workspace: "/home/ann/app",
  branch: "main",
  commit: "c0ffee",
};
/** Of a call that is not repeated. */
export const origin: Origin = { author, callId: null };
export const removal = { origin, isForced: false };
export const viewer = { space: "default", sessionId: "s1" };

export function makeDirectory(): { readonly directory: string; readonly remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), "commons-catalog-"));
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}

export function openTestCatalog(directory: string, options: Partial<CatalogOptions> = {}): Catalog {
  const tokenizer = createTokenizer();
  return openCatalog(
    { directory, mirror: "all", ...options },
    createEmbedder(defaultEmbedderId, tokenizer.parts),
    tokenizer,
  );
}

export function makeSource(key = "ws-1", name = "app"): Source {
  return { key, kind: "workspace", name, machine: "host", path: `/home/ann/${name}`, repository: null };
}

export const notes: Source = {
  key: "notes",
  kind: "notes",
  name: "notes",
  machine: "host",
  path: null,
  repository: null,
};

export function makeChunk(text: string, rest: Partial<Chunk> = {}): Chunk {
  return {
    text,
    startLine: 1,
    endLine: 10,
    kind: "window",
    symbol: null,
    signature: null,
    doc: null,
    scope: [],
    ...rest,
  };
}

/** Chunks given as text stand below each other, ten lines each. */
export function makeDocument(
  path: string,
  chunks: readonly (string | Chunk)[],
  rest: Partial<DocumentInput> = {},
): DocumentInput {
  return {
    path,
    stat: { sizeBytes: 100, mtimeMs: 1_000.5, signature: "1" },
    contentHash: `hash of ${path}`,
    fingerprint: `fingerprint of ${path} with ${JSON.stringify(chunks)}`,
    readAtMs: 1_000,
    fileType: "typescript",
    language: "typescript",
    category: "code",
    metadata: {},
    givenMetadata: null,
    chunks: chunks.map((chunk, index) =>
      typeof chunk === "string" ? makeChunk(chunk, { startLine: index * 10 + 1, endLine: index * 10 + 10 }) : chunk,
    ),
    ...rest,
  };
}

export function makeBatch(collectionId: string, changes: Partial<WriteBatch>): WriteBatch {
  return {
    source: makeSource(),
    author,
    documents: [],
    renames: [],
    touches: [],
    removals: [],
    ...changes,
    collectionId,
  };
}

export function makeSearch(collectionId: string, query: string, rest: Partial<SearchRequest> = {}): SearchRequest {
  return { collectionIds: [collectionId], query, limit: 10, mode: "keyword", filters: {}, ...rest };
}
