import type { AsyncCatalog } from "../catalog/catalog-client.ts";
import type { Log } from "./log.ts";
import type { SessionRegistry } from "./session-registry.ts";

interface DepartureParts {
  readonly writer: Pick<AsyncCatalog, "dropTemporary" | "forgetUses">;
  readonly registry: Pick<SessionRegistry, "liveIds">;
  readonly log: Log;
}

/**
 * Makes the function that removes from the catalog what sessions that are gone left there: their temporary collections, and which
 * collections they used. Called while it works, it works once more at the end: a hundred sessions that leave at once are two rounds.
 */
export function createDepartures({ writer, registry, log }: DepartureParts): () => void {
  let state: "idle" | "working" | "again" = "idle";
  const round = async (): Promise<void> => {
    const dropped = await writer.dropTemporary(registry.liveIds());
    if (dropped.length > 0) log.info({ count: dropped.length }, "temporary collections removed");
    await writer.forgetUses(registry.liveIds());
  };
  const work = async (): Promise<void> => {
    do {
      state = "working";
      await round().catch((error: unknown) => log.error({ err: error }, "what sessions left could not be removed"));
    } while (wantsMore());
    state = "idle";
  };
  // The state changes while a round is awaited, which the compiler does not see.
  const wantsMore = (): boolean => state === "again";
  return () => {
    if (state === "idle") void work();
    else state = "again";
  };
}
