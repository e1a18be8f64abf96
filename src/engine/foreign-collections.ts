import type { Collection, Where as ChromaWhere, WhereDocument } from "chromadb";
import type { Metadata, MetadataValue } from "../core/document.ts";
import type { ForeignQuery, ForeignRecord } from "../core/ports.ts";
import { chromaFailure } from "./chroma-errors.ts";
import type { ListedCollection } from "./collection-list.ts";

/** Words that are looked up each for itself, beside all of them together. */
const maxSingleWords = 4;
const maxModelName = 200;
/** Keys under which programs note the model in a collection's metadata. */
const modelKeys = ["embedding_model", "embedding_function", "model_name", "model"];

/**
 * Records of a collection that have the words, each once. One look costs Chroma 60 ms at 10,000 records: single words are looked for only
 * where few records have all of them.
 */
export async function findRecords(collection: Collection, query: ForeignQuery): Promise<ForeignRecord[]> {
  const withAll = await lookUp(collection, query.words, query);
  if (query.words.length <= 1 || withAll.length >= query.limit) return withAll;
  const singles = query.words.slice(0, maxSingleWords).map((word) => lookUp(collection, [word], query));
  const found = [withAll, ...(await Promise.all(singles))].flat();
  return [...new Map(found.map((record) => [record.id, record])).values()];
}

/** One page in the server's own order. */
export async function readRecords(
  collection: Collection,
  page: { readonly offset: number; readonly limit: number },
): Promise<ForeignRecord[]> {
  return toRecords(await collection.get({ ...page, include: ["documents", "metadatas"] }));
}

/** What a listing says of the model: the client that made the collection, or a note among its metadata. */
export function notedModel({ metadata, configuration_json: configuration }: ListedCollection): string | null {
  const noted = modelKeys.map((key) => metadata?.[key]).find((value) => typeof value === "string" && value !== "");
  if (typeof noted === "string") return noted.slice(0, maxModelName);
  const embedding = asObject(configuration?.["embedding_function"]);
  const name = embedding?.["name"];
  if (typeof name !== "string" || name === "" || embedding?.["type"] === "legacy") return null;
  const config = asObject(embedding?.["config"]);
  const model = modelKeys.map((key) => config?.[key]).find((value) => typeof value === "string" && value !== "");
  return (typeof model === "string" ? `${name}:${model}` : name).slice(0, maxModelName);
}

async function lookUp(
  collection: Collection,
  words: ForeignQuery["words"],
  { where, limit }: Pick<ForeignQuery, "where" | "limit">,
): Promise<ForeignRecord[]> {
  const whereDocument = havingAll(words);
  const request = {
    limit,
    include: ["documents" as const, "metadatas" as const],
    ...(whereDocument === null ? {} : { whereDocument }),
  };
  try {
    // Safe: the client only checks and sends the condition, and the server refuses what it does not understand.
    return toRecords(await collection.get(where === null ? request : { ...request, where: where as ChromaWhere }));
  } catch (error) {
    // The condition only spares records: whoever asks checks each of them.
    if (where === null || chromaFailure(error) !== "refused-input") throw error;
    return toRecords(await collection.get(request));
  }
}

function havingAll(words: ForeignQuery["words"]): WhereDocument | null {
  const each = words.map((spellings) =>
    joined(
      "$or",
      spellings.map((spelling) => ({ $contains: spelling })),
    ),
  );
  return each.length === 0 ? null : joined("$and", each);
}

/** Chroma refuses lists of one. */
function joined(operator: "$and" | "$or", parts: WhereDocument[]): WhereDocument {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return operator === "$and" ? { $and: parts } : { $or: parts };
}

function toRecords(found: {
  readonly ids: readonly string[];
  readonly documents: readonly (string | null)[];
  readonly metadatas: readonly (Readonly<Record<string, unknown>> | null)[];
}): ForeignRecord[] {
  return found.ids.map((id, index) => ({
    id,
    document: found.documents[index] ?? null,
    metadata: toMetadata(found.metadatas[index] ?? {}),
  }));
}

function toMetadata(given: Readonly<Record<string, unknown>>): Metadata {
  const plain = Object.entries(given).map(([key, value]) => [key, plainValue(value)] as const);
  return Object.fromEntries(plain.filter((entry): entry is [string, MetadataValue] => entry[1] !== null));
}

function plainValue(value: unknown): MetadataValue | null {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(String).join(", ");
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | null {
  // Safe: any object can be asked for any key; what comes is checked.
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
}
