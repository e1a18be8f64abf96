import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { packageRoot } from "../fixtures/world.ts";

// Strict: a key that the older docker-compose refuses, such as a name at the top, fails here.
const serviceSchema = z.strictObject({
  image: z.string(),
  pull_policy: z.literal("never").optional(),
  restart: z.literal("unless-stopped"),
  init: z.boolean().optional(),
  depends_on: z.array(z.string()).optional(),
  networks: z.tuple([z.literal("private")]),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()),
  healthcheck: z.looseObject({ interval: z.string() }),
  read_only: z.literal(true).optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.tuple([z.literal("ALL")]),
  security_opt: z.tuple([z.literal("no-new-privileges:true")]),
  labels: z.record(z.string(), z.string()),
});
const named = z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()) });
const composeSchema = z.strictObject({
  services: z.strictObject({ chromadb: serviceSchema, hub: serviceSchema }),
  networks: z.strictObject({ private: named.extend({ internal: z.literal(true) }) }),
  volumes: z.record(z.string(), named),
});

const compose = composeSchema.parse(parse(readFileSync(join(packageRoot, "compose.yaml"), "utf8")));

test("compose.yaml publishes no port, gives no rights, and lets nothing of its network out", () => {
  // The schema says it: no `ports`, no `privileged`, no further key, an internal network.
  expect(Object.keys(compose.services)).toEqual(["chromadb", "hub"]);
});

test("compose.yaml pins ChromaDB to one version, and names no key", () => {
  expect(compose.services.chromadb.image).toMatch(/:-chromadb\/chroma:\d+\.\d+\.\d+\}$/);
  expect(JSON.stringify(compose)).not.toMatch(/token|password|secret|api_?key/i);
});

test("every volume of compose.yaml has a fixed name and our label, and is used", () => {
  const used = Object.values(compose.services).flatMap(({ volumes }) =>
    volumes.map((volume) => volume.replace(/:.*/, "")),
  );
  expect(used.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
  for (const { name, labels } of [...Object.values(compose.volumes), compose.networks.private]) {
    expect(name).toMatch(/^\$\{COMMONS_COMPOSE_NAME:-chroma-commons\}(?:-[a-z]+)?$/);
    expect(Object.keys(labels)).toEqual(["io.chroma-commons.part"]);
  }
});
