import { CommonsError } from "../../core/errors.ts";
import type { EarlierPlace } from "../../portable/earlier/earlier-place.ts";
import { openDatabasePlace } from "../../portable/earlier/database-place.ts";
import { openJsonPlace } from "../../portable/earlier/json-place.ts";
import { isChromaServer, openServerPlace } from "../../portable/earlier/server-place.ts";
import {
  type ContainerData,
  type ContainerTools,
  openContainer,
  openVolume,
  publishedAddress,
} from "./container-data.ts";
import { type PlaceOptions, type PlaceRef, placeTitle } from "./place-ref.ts";

export interface OpenOptions extends PlaceOptions {
  readonly signal: AbortSignal;
  readonly scratch: string;
  /** Only asked for where containers are. Errors: CONTAINERS_UNAVAILABLE. */
  readonly containers: () => ContainerTools;
}

/**
 * Looks at a place, of which only the tenant and the database count that a person named. Errors: MIGRATION_UNUSABLE, CONTAINERS_UNAVAILABLE,
 * DISK_FULL, COLLECTION_NOT_FOUND where nothing is of that tenant and database.
 */
export async function openPlace(ref: PlaceRef, options: OpenOptions): Promise<EarlierPlace> {
  const { tenant, database } = options;
  if (tenant === null && database === null) return openWhole(ref, options);
  const named = { tenant, database };
  const place = await openWhole(ref, options).catch((error: unknown) => {
    throw isNotFound(error) ? nothingThere({ title: placeTitle(ref), collections: [] }, named) : error;
  });
  const isWanted = (given: string | null, wanted: string | null) =>
    wanted === null || given === null || given === wanted;
  const collections = place.collections.filter(
    (collection) => isWanted(collection.tenant, tenant) && isWanted(collection.database, database),
  );
  if (collections.length > 0) return { ...place, collections };
  await place.close();
  throw nothingThere(place, named);
}

/** A server that answers 404 to a list has no such tenant or database. */
function isNotFound(error: unknown): boolean {
  return (
    error instanceof CommonsError && error.code === "MIGRATION_UNUSABLE" && error.message.includes("with HTTP 404")
  );
}

function nothingThere(
  place: Pick<EarlierPlace, "title" | "collections">,
  { tenant, database }: Pick<PlaceOptions, "tenant" | "database">,
): CommonsError {
  const wanted = [
    ...(tenant === null ? [] : [`tenant "${tenant}"`]),
    ...(database === null ? [] : [`database "${database}"`]),
  ];
  const known = new Set(place.collections.map((one) => `${one.tenant ?? "?"}/${one.database ?? "?"}`));
  return new CommonsError("COLLECTION_NOT_FOUND", `${place.title} has no collection in ${wanted.join(", ")}.`, {
    hint:
      known.size > 0
        ? `Its tenants and databases: ${[...known].slice(0, 20).join(", ")}`
        : "Check the names, or leave out --tenant and --database.",
  });
}

async function openWhole(ref: PlaceRef, options: OpenOptions): Promise<EarlierPlace> {
  const title = placeTitle(ref);
  if (ref.kind === "url") return openServerPlace({ ...ref, signal: options.signal });
  if (ref.kind === "json") return openJsonPlace(ref.file, options.signal);
  if (ref.kind === "container") return openContainerPlace(ref, options);
  if (ref.kind === "volume") return openCopied(title, await openVolume(ref.volume, options.containers()), options);
  return openDatabasePlace({ directory: ref.directory, title, scratch: options.scratch });
}

/** By its address where it has one: a server that writes can only be read so without a break. */
async function openContainerPlace(
  { container, port }: Extract<PlaceRef, { kind: "container" }>,
  options: OpenOptions,
): Promise<EarlierPlace> {
  const tools = options.containers();
  const url = await publishedAddress(container, port, tools);
  if (url !== null && (await isChromaServer(url, options.signal))) return openServerPlace({ ...options, url });
  return openCopied(`container:${container}`, await openContainer(container, tools), options);
}

async function openCopied(title: string, data: ContainerData, { scratch }: OpenOptions): Promise<EarlierPlace> {
  try {
    const place = await openDatabasePlace({ directory: data.directory, title, scratch });
    return {
      ...place,
      close: async () => {
        await place.close();
        await data.close();
      },
    };
  } catch (error) {
    await data.close();
    throw error;
  }
}
