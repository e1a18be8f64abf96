import type { CollectionSummary } from "../core/collections.ts";
import type { SearchResult } from "../core/search.ts";
import { overWhatIsThere } from "../core/vanished-collection.ts";
import { markUse, viewerOf, type Caller } from "./caller.ts";
import { chosenCollections, joinedAnswer } from "./foreign-collections.ts";
import type { HandlerParts, Handlers, HandlersNamed } from "./handlers.ts";

type Question = Parameters<Handlers["search"]>[0];

/** A search goes to the catalog and, where such collections are meant, to Chroma at the same time. */
export function searchHandlers(parts: HandlerParts): HandlersNamed<"search"> {
  const { foreign } = parts;
  return {
    search: (question, caller) =>
      overWhatIsThere(async () => {
        const chosen = await collectionsOf(parts, question, caller);
        if (question.collections !== "*") for (const collection of chosen.own) void markUse(parts, caller, collection);
        const { query, mode, filters, limit } = question;
        const [own, others] = await Promise.all([
          searchOwn(parts, question, chosen.own),
          foreign.search(viewerOf(caller).space, chosen.foreign, { query, mode, filters, limit }),
        ]);
        return joinedAnswer(own, others, limit);
      }),
  };
}

async function searchOwn(
  { reader, embedding }: HandlerParts,
  { query, limit, mode, filters, preferredSources }: Question,
  collections: readonly CollectionSummary[],
): Promise<SearchResult> {
  const collectionIds = collections.map(({ id }) => id);
  const { queryVectors, notes } =
    mode === "keyword" ? { queryVectors: {}, notes: [] } : await embedding.forSearch(collections, query);
  const request = { collectionIds, query, limit, mode, filters, preferredSources, queryVectors };
  const result = await reader.search(request);
  return { ...result, notes: [...result.notes, ...notes] };
}

async function collectionsOf(
  parts: HandlerParts,
  { collections: wanted }: Question,
  caller: Caller,
): Promise<{ own: readonly CollectionSummary[]; foreign: readonly string[] | "*" }> {
  const viewer = viewerOf(caller);
  if (wanted === "*") return { own: await parts.reader.listCollections(viewer), foreign: "*" };
  return chosenCollections(parts, viewer, wanted);
}
