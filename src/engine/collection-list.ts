import { z } from "zod";
import { CommonsError } from "../core/errors.ts";
import type { ChromaAddress } from "./chroma-address.ts";

const pageSchema = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
    dimension: z.number().nullish(),
    configuration_json: z.record(z.string(), z.unknown()).nullish(),
  }),
);

export type ListedCollection = z.infer<typeof pageSchema>[number];

const pageSize = 500;

/**
 * All collections of a database, each once; a database that is not there has none. Over HTTP and not with the client, which
 * imports and warns about the embedding function of every collection it lists. Errors: ENGINE_UNAVAILABLE.
 */
export async function listCollections(
  address: ChromaAddress,
  options: { database: string; signal: AbortSignal },
): Promise<ListedCollection[]> {
  const path = `/api/v2/tenants/${encodeURIComponent(address.tenant)}/databases/${encodeURIComponent(options.database)}/collections`;
  // The server does not order its answer, so pages may overlap when collections come and go.
  const byId = new Map<string, ListedCollection>();
  for (let offset = 0; ; offset += pageSize) {
    const page = await fetchPage(`${address.url}${path}?limit=${pageSize}&offset=${offset}`, address, options.signal);
    for (const collection of page) byId.set(collection.id, collection);
    if (page.length < pageSize) return [...byId.values()];
  }
}

async function fetchPage(url: string, address: ChromaAddress, signal: AbortSignal): Promise<ListedCollection[]> {
  try {
    const response = await fetch(url, { headers: address.headers, signal });
    if (response.status === 404) return [];
    if (!response.ok) throw new Error(`status ${response.status}`);
    return pageSchema.parse(await response.json());
  } catch (error) {
    throw new CommonsError("ENGINE_UNAVAILABLE", "ChromaDB did not list its collections.", { cause: error });
  }
}
