import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCatalog } from "../../src/catalog/catalog.ts";
import type { Author, Source } from "../../src/core/document.ts";
import type { Hit, SearchMode } from "../../src/core/search.ts";
import { createEmbedder, defaultEmbedderId } from "../../src/embed/registry.ts";
import { createTokenizer } from "../../src/search/tokenizer.ts";
import type { RankingTuning } from "../../src/search/tuning.ts";
import { type Corpus, placeOf, type Ranker, wantedHits } from "./ranker.ts";

const documentsPerBatch = 100;
const author: Author = { sessionId: "bench", agent: "bench", workspace: null, branch: null, commit: null };
const source: Source = {
  key: "ws-bench",
  kind: "workspace",
  name: "bench",
  machine: "bench",
  path: null,
  repository: null,
};

/** How the product is asked. */
export interface CatalogQuestion {
  readonly mode: SearchMode;
  readonly tuning?: Partial<RankingTuning>;
}

/** The product's catalog in a directory of its own, with a collection for each corpus. */
export interface BenchCatalog {
  readonly embedder: string;
  hits(corpus: Corpus, query: string, question: CatalogQuestion): readonly Hit[];
  close(): void;
}

export function openBenchCatalog(): BenchCatalog {
  const directory = mkdtempSync(join(tmpdir(), "commons-retrieval-"));
  const tokenizer = createTokenizer();
  const catalog = openCatalog(
    { directory, mirror: "none" },
    createEmbedder(defaultEmbedderId, tokenizer.parts),
    tokenizer,
  );
  const collections = new Map<string, string>();
  const collectionOf = (corpus: Corpus): string => {
    const known = collections.get(corpus.name);
    if (known !== undefined) return known;
    const { collection } = catalog.ensureCollection({
      space: "bench",
      sessionId: null,
      name: corpus.name.replaceAll("/", "-"),
      kind: "permanent",
      author,
    });
    for (let from = 0; from < corpus.documents.length; from += documentsPerBatch) {
      const documents = corpus.documents.slice(from, from + documentsPerBatch);
      const batch = { collectionId: collection.id, source, author, documents };
      catalog.write({ ...batch, renames: [], touches: [], removals: [] });
    }
    collections.set(corpus.name, collection.id);
    return collection.id;
  };
  return {
    embedder: defaultEmbedderId,
    hits: (corpus, query, { mode, tuning }) => {
      const request = { collectionIds: [collectionOf(corpus)], query, limit: wantedHits, mode, filters: {} };
      return catalog.search({ ...request, ...(tuning === undefined ? {} : { tuning }) }).hits;
    },
    close: () => {
      catalog.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Ranks as the product does, with another mode or other figures. Closing it leaves the catalog open. */
export function createCatalogRanker(catalog: BenchCatalog, question: CatalogQuestion): Ranker {
  return {
    rank: (corpus, query) =>
      catalog
        .hits(corpus, query, question)
        .map(({ path, startLine, alsoAt }) => [
          placeOf(path, startLine),
          ...alsoAt.map((place) => placeOf(place.path, place.startLine)),
        ]),
    close: () => undefined,
  };
}
