import { lstatSync } from "node:fs";
import type { Hono } from "hono";
import type { StatePaths } from "../config/paths.ts";
import { CommonsError } from "../core/errors.ts";
import { HubListener } from "./listener.ts";
import type { Log } from "./log.ts";
import type { HubEnv } from "./server.ts";

/**
 * Listens on the socket of the setting hub.listen as well; null where there is none. Its directory becomes the user's alone. Errors:
 * HOME_UNUSABLE where something else than a socket stands there, and the system's.
 */
export async function openSecondSocket(options: {
  readonly app: Hono<HubEnv>;
  readonly paths: StatePaths;
  readonly address: string | undefined;
  readonly log: Log;
}): Promise<HubListener | null> {
  const { app, paths, address, log } = options;
  if (address === undefined) return null;
  const found = lstatSync(address, { throwIfNoEntry: false });
  if (found !== undefined && !found.isSocket())
    throw new CommonsError("HOME_UNUSABLE", `Setting hub.listen names ${address}, which is there and is no socket.`, {
      hint: "Name a path that is free: COMMONS_HUB_LISTEN, or commons config set hub.listen PATH",
    });
  const listener = await HubListener.open({
    app,
    paths: { ...paths, hubAddress: address },
    // The first listener sees it too, and ends the hub.
    onHomeGone: () => undefined,
    onRestored: () => log.warn("the second socket was removed and is there again"),
  });
  log.info({ address }, "listening beside");
  return listener;
}
