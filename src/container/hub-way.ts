import { readFileSync } from "node:fs";
import { z } from "zod";
import { HubClient } from "../client/hub-client.ts";
import type { StatePaths } from "../config/paths.ts";
import { withoutSecrets } from "../config/secrets.ts";
import type { Program } from "../config/program.ts";
import { CommonsError } from "../core/errors.ts";
import type { TcpView } from "../protocol/views.ts";
import { makeDoor } from "./hub-door.ts";
import { lacksVolume } from "./leftovers.ts";
import type { Runtime, RuntimeFacts } from "./runtime.ts";
import type { HubWay } from "./session-container.ts";

export interface HubWayOptions {
  /** "auto", "socket", "tcp" or "volume:NAME". */
  readonly wanted: string;
  readonly runtime: Runtime;
  readonly facts: RuntimeFacts;
  readonly paths: StatePaths;
  readonly program: Program;
  readonly env: NodeJS.ProcessEnv;
  /** `--network` of the container, with TCP only. */
  readonly network: string | null;
  /** process.platform when not given. */
  readonly platform?: NodeJS.Platform;
}

/** How a container will reach the hub. Starts the hub where its port must be known. Errors: CONTAINERS_UNAVAILABLE, INPUT_INVALID, and those of starting a hub. */
export async function chooseHubWay(options: HubWayOptions): Promise<HubWay> {
  const { wanted, facts, paths, network } = options;
  const [kind, name = ""] = wanted === "auto" ? [facts.isRemote ? "tcp" : "socket"] : wanted.split(":");
  if (network !== null && kind !== "tcp")
    throw new CommonsError("INPUT_INVALID", "A session in a container has no network, as it needs none.", {
      hint: "Leave out --network; only with --hub tcp it counts.",
    });
  if (kind === "volume") {
    await requireVolume(name, options);
    return { kind, name };
  }
  if (kind === "tcp") return { kind, ...(await openPort(options)), network };
  return { kind: "socket", directory: makeDoor(paths) };
}

/** A container that names one which is not there would make it, empty and root's. */
async function requireVolume(name: string, { runtime, env, paths }: HubWayOptions): Promise<void> {
  if (!(await lacksVolume({ runtime, env: withoutSecrets(env), home: paths.home }, name))) return;
  throw new CommonsError(
    "CONTAINERS_UNAVAILABLE",
    `There is no volume ${name}, in which a hub would have its socket.`,
    {
      hint: `See ${runtime.kind} volume ls. That of compose.yaml is chroma-commons-run, and is made by: docker compose up -d`,
    },
  );
}

const placeSchema = z.object({ address: z.string(), port: z.number().int().min(1).max(65_535) });

async function openPort(options: HubWayOptions): Promise<{ port: number; tokenFile: string }> {
  const { paths, network } = options;
  const door = await hubDoor(options);
  if (door?.state !== "open") throw closedDoor(door?.problem ?? null);
  let place: z.infer<typeof placeSchema>;
  try {
    place = placeSchema.parse(JSON.parse(readFileSync(paths.hubTcp, "utf8")));
  } catch (cause) {
    throw new CommonsError("CONTAINERS_UNAVAILABLE", `${paths.hubTcp} does not say where the hub listens.`, {
      hint: "Stop the hub, and the next one writes it anew: commons hub stop",
      cause,
    });
  }
  if (network !== "host") requireReachable(place, options);
  return { port: place.port, tokenFile: paths.hubToken };
}

/** The door of the hub, which is started where none runs; null: it has none. */
async function hubDoor({ paths, program, env }: HubWayOptions): Promise<TcpView | null> {
  const client = new HubClient({ paths, program, env, identity: null, space: "default" });
  try {
    return (await client.call("hub.status", {})).hub.tcp ?? null;
  } finally {
    client.close();
  }
}

/** `problem`: why the port that the settings name is closed; null: they name none. */
function closedDoor(problem: string | null): CommonsError {
  if (problem === null)
    return new CommonsError("CONTAINERS_UNAVAILABLE", "The hub has no TCP port, by which a container could reach it.", {
      hint: "Give it one: commons config set hub.tcpPort 8765, then commons hub stop.",
    });
  return new CommonsError(
    "CONTAINERS_UNAVAILABLE",
    `The hub's TCP port is closed, so no container reaches it: ${problem}`,
    {
      hint: "Mend that and restart the hub: commons hub stop. Or reach it without a port: --hub socket",
    },
  );
}

/** On Linux a container's network ends at the bridge; the loopback of Docker Desktop's machine leads to that of the host. */
function requireReachable(
  { address }: { address: string },
  { facts, platform = process.platform }: HubWayOptions,
): void {
  if (platform !== "linux" || facts.isRemote || !/^(?:127\.|::1$|localhost$)/.test(address)) return;
  throw new CommonsError(
    "CONTAINERS_UNAVAILABLE",
    `The hub listens on ${address} alone, which no container of Linux reaches as host.docker.internal.`,
    {
      hint: "Use its socket, as without the option: --hub socket. Or give the container the host's network: --hub tcp --network host",
    },
  );
}
