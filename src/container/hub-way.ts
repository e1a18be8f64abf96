import { readFileSync } from "node:fs";
import { z } from "zod";
import { ensureHub } from "../client/hub-starter.ts";
import { HubConnection } from "../client/hub-connection.ts";
import type { StatePaths } from "../config/paths.ts";
import type { Program } from "../config/program.ts";
import { CommonsError } from "../core/errors.ts";
import { makeDoor } from "./hub-door.ts";
import type { RuntimeFacts } from "./runtime.ts";
import type { HubWay } from "./session-container.ts";

export interface HubWayOptions {
  /** "auto", "socket", "tcp" or "volume:NAME". */
  readonly wanted: string;
  readonly facts: RuntimeFacts;
  readonly paths: StatePaths;
  readonly program: Program;
  readonly env: NodeJS.ProcessEnv;
  /** `--network` of the container, with TCP only. */
  readonly network: string | null;
}

/** How a container will reach the hub. Starts the hub where its port must be known. Errors: CONTAINERS_UNAVAILABLE, INPUT_INVALID, and those of starting a hub. */
export async function chooseHubWay(options: HubWayOptions): Promise<HubWay> {
  const { wanted, facts, paths, network } = options;
  const [kind, name = ""] = wanted === "auto" ? [facts.isRemote ? "tcp" : "socket"] : wanted.split(":");
  if (network !== null && kind !== "tcp")
    throw new CommonsError("INPUT_INVALID", "A session in a container has no network, as it needs none.", {
      hint: "Leave out --network; only with --hub tcp it counts.",
    });
  if (kind === "volume") return { kind, name };
  if (kind === "tcp") return { kind, ...(await openPort(options)), network };
  return { kind: "socket", directory: makeDoor(paths) };
}

const placeSchema = z.object({ port: z.number().int().min(1).max(65_535) });

async function openPort({ paths, program, env }: HubWayOptions): Promise<{ port: number; tokenFile: string }> {
  const connection = new HubConnection(paths.hubAddress);
  try {
    await ensureHub({ connection, paths, program, env });
  } finally {
    connection.close();
  }
  try {
    const { port } = placeSchema.parse(JSON.parse(readFileSync(paths.hubTcp, "utf8")));
    return { port, tokenFile: paths.hubToken };
  } catch (cause) {
    throw new CommonsError("CONTAINERS_UNAVAILABLE", "The hub has no TCP port, by which a container could reach it.", {
      hint: "Give it one: commons config set hub.tcpPort 8765, then commons hub stop. If it has one, commons doctor says why it is closed.",
      cause,
    });
  }
}
