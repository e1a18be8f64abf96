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

/** Looks at a place. Errors: MIGRATION_UNUSABLE, CONTAINERS_UNAVAILABLE, DISK_FULL. */
export async function openPlace(ref: PlaceRef, options: OpenOptions): Promise<EarlierPlace> {
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
