import { isAbsolute } from "node:path";
import { z } from "zod";
import { setting } from "./setting-spec.ts";

/** Settings of sessions that run in containers. */
export const containerSettings = {
  "containers.runtime": setting({
    env: "COMMONS_CONTAINERS_RUNTIME",
    scope: "user",
    schema: z
      .string()
      .refine((name) => ["auto", "docker", "podman"].includes(name) || isAbsolute(name))
      .default("auto"),
    legal: "auto, docker, podman or the absolute path of one of the two programs",
    description:
      "What runs sessions in containers (commons mcp --docker). auto: docker where it is found, else podman.",
  }),
  "containers.image": setting({
    env: "COMMONS_CONTAINERS_IMAGE",
    scope: "user",
    schema: z
      .string()
      .regex(/^[a-zA-Z0-9][\w.:/@-]{0,299}$/)
      .optional(),
    legal: "the name of an image on this machine, for example chroma-commons-session:latest",
    description: "Image of sessions in containers, instead of the one that commons image build makes.",
  }),
  "containers.hub": setting({
    env: "COMMONS_CONTAINERS_HUB",
    scope: "user",
    schema: z
      .string()
      .regex(/^(?:auto|socket|tcp|volume:[a-zA-Z0-9][\w.-]{0,127})$/)
      .default("auto"),
    legal: "auto, socket, tcp or volume:NAME",
    description:
      "How sessions in containers reach the hub: by its socket and without a network, over TCP with the token (Docker Desktop; needs hub.tcpPort), or by the socket in a volume that a hub in a container has (compose.yaml). auto: socket, with Docker Desktop tcp.",
  }),
} as const;
