import { asCommonsError } from "../../core/errors.ts";
import { openServerPlace } from "../../portable/earlier/server-place.ts";
import { chromaLooks, type ContainerTools } from "./container-data.ts";
import type { PlaceRef } from "./place-ref.ts";

export interface FoundPlaces {
  readonly refs: readonly PlaceRef[];
  readonly notes: readonly string[];
}

/** A ChromaDB with nothing but this program's own collections is no earlier one. */
async function hasForeign(ref: Extract<PlaceRef, { kind: "url" }>, signal: AbortSignal): Promise<boolean> {
  try {
    const { collections } = await openServerPlace({ ...ref, signal });
    return collections.some(({ isOwn }) => !isOwn);
  } catch {
    // No ChromaDB, or one that lets nobody in without a token: then a person names it.
    return false;
  }
}

/** Where the earlier set-ups put ChromaDB: their scripts' port, and its own. */
const usualPorts = [8_003, 8_000];
const askMs = 2_000;

/** Places that look like an earlier server's. That they are is not known: they are only asked about. */
export async function findPlaces(containers: () => ContainerTools, signal: AbortSignal): Promise<FoundPlaces> {
  const refs: PlaceRef[] = [];
  const notes: string[] = [];
  for (const port of usualPorts) {
    const url = `http://127.0.0.1:${port}`;
    const ref = { kind: "url", url, headers: {}, tenant: null, database: null } as const;
    if (await hasForeign(ref, AbortSignal.any([signal, AbortSignal.timeout(askMs)]))) refs.push(ref);
  }
  signal.throwIfAborted();
  try {
    const { volumes, containers: servers } = await chromaLooks(containers());
    // A container that runs and is published was found by its port already; both ways lead to the same collections.
    for (const container of servers) refs.push({ kind: "container", container, port: 8_000 });
    for (const volume of volumes) refs.push({ kind: "volume", volume });
  } catch (error) {
    signal.throwIfAborted();
    notes.push(`Volumes and containers were not looked at: ${asCommonsError(error).message}`);
  }
  return { refs, notes };
}
