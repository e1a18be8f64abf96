import { CommonsError } from "../core/errors.ts";
import type { ForeignCollection } from "../core/ports.ts";
import type { HubClient } from "../client/hub-client.ts";
import type { OperationOutput } from "../protocol/operations.ts";

export type CollectionInfo =
  | { readonly kind: "own"; readonly own: OperationOutput<"collections.get"> }
  /** Another program made it in Chroma: that is all that Chroma knows. */
  | { readonly kind: "foreign"; readonly foreign: ForeignCollection };

/** What is known of a collection, whoever made it. Errors: COLLECTION_NOT_FOUND. */
export async function collectionInfo(
  hub: Pick<HubClient, "call">,
  collection: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<CollectionInfo> {
  try {
    return { kind: "own", own: await hub.call("collections.get", { collection }, options) };
  } catch (error) {
    if (!(error instanceof CommonsError) || error.code !== "COLLECTION_FOREIGN") throw error;
    return { kind: "foreign", foreign: await hub.call("foreign.get", { collection }, options) };
  }
}
