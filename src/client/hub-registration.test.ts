import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { testIdentity } from "../../test/fixtures/built-program.ts";
import { homePaths } from "../config/load-settings.ts";
import { currentProgram } from "../config/program.ts";
import { protocolVersion } from "../protocol/operations.ts";
import { HubClient } from "./hub-client.ts";

let directory: string;
const cleanups: (() => Promise<void> | void)[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "hub client "));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
  await rm(directory, { recursive: true, force: true });
});

/** A client of a hub that is there, and answers the first wish to register in its own way. */
async function clientOfHubThat(answersFirst: (answer: ServerResponse) => void): Promise<HubClient> {
  const env = { COMMONS_HOME: join(directory, "home"), HOME: directory };
  const paths = homePaths(env);
  await mkdir(dirname(paths.hubAddress), { recursive: true });
  let registrations = 0;
  const hub = createServer((request, answer) => {
    if (request.url === "/v1/hello")
      return answer.end(JSON.stringify({ protocol: protocolVersion, version: "0.0.0-sources", build: 0 }));
    if (request.url !== "/v1/session") return answer.end(JSON.stringify({ ok: true, result: registrations }));
    registrations += 1;
    if (registrations === 1) return answersFirst(answer);
    return answer.write("{}\n");
  });
  await new Promise<void>((resolve) => hub.listen(paths.hubAddress, resolve));
  const client = new HubClient({
    paths,
    program: currentProgram(),
    env,
    identity: () => testIdentity("test"),
    space: "default",
  });
  cleanups.push(
    () => {
      hub.closeAllConnections();
      hub.close();
    },
    () => client.close(),
  );
  return client;
}

test("a hub that begins to stop between its hello and the registration costs no call", async () => {
  const client = await clientOfHubThat((answer) => {
    answer.statusCode = 503;
    answer.end("{}");
  });
  expect(await client.call("hub.status", {})).toBe(2);
});

test("a hub that dies in the middle of the registration costs no call", async () => {
  const client = await clientOfHubThat((answer) => {
    answer.flushHeaders();
    setImmediate(() => answer.destroy());
  });
  expect(await client.call("hub.status", {})).toBe(2);
});
