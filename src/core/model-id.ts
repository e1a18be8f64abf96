/** What an embedding model's id says: built-in ones have a plain name, others the provider before a colon. */
export type ModelId =
  | { readonly kind: "built-in"; readonly id: string }
  /** `name` is the provider's own, for example `nomic-embed-text:v1.5` or `Xenova/all-MiniLM-L6-v2`. */
  | { readonly kind: "provided"; readonly id: string; readonly provider: string; readonly name: string };

/** What users say for the newest built-in model, whatever its id is. */
export const builtInModel = "built-in";

export function parseModelId(id: string): ModelId {
  const colon = id.indexOf(":");
  if (colon < 0) return { kind: "built-in", id };
  return { kind: "provided", id, provider: id.slice(0, colon), name: id.slice(colon + 1) };
}

/** Whether the catalog computes the model's vectors itself, inside a write. */
export function isBuiltInModel(id: string): boolean {
  return parseModelId(id).kind === "built-in";
}
