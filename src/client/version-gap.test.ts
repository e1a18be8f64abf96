import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { statePaths } from "../config/paths.ts";
import { currentProgram, type Program } from "../config/program.ts";
import { protocolVersion } from "../protocol/operations.ts";
import { HubClient } from "./hub-client.ts";
import { compareAges } from "./version-gap.ts";

let directory: string;
let hub: Server | null;
let client: HubClient | null;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "version gap "));
});
afterEach(async () => {
  client?.close();
  hub?.closeAllConnections();
  hub?.close();
  client = hub = null;
  await rm(directory, { recursive: true });
});

/** A hub of another version, which answers every operation with the same error. */
async function hubOf(
  hello: { readonly version: string; readonly build?: number; readonly protocol?: number | undefined },
  error: object = {},
): Promise<void> {
  const { hubAddress } = statePaths(directory);
  await mkdir(dirname(hubAddress), { recursive: true, mode: 0o700 });
  const said = JSON.stringify({ program: "chroma-commons", protocol: protocolVersion, build: 0, pid: 1, ...hello });
  const made = createServer((request, answer) => {
    if (request.url === "/v1/hello") answer.end(said);
    else answer.writeHead(400).end(JSON.stringify({ ok: false, error }));
  });
  hub = made.listen(hubAddress);
  await once(made, "listening");
}

function ask(program: Partial<Program> = {}): Promise<unknown> {
  client = new HubClient({
    paths: statePaths(directory),
    program: { ...currentProgram(), version: "2.0.0", ...program },
    env: {},
    identity: null,
    space: "default",
  });
  return client.call("hub.status", {}).catch((error: unknown) => error);
}

const unknown = {
  code: "INPUT_INVALID",
  message: 'The hub has no operation "hub.status".',
  details: { isUnknown: true },
};
const gone = { ...currentProgram().entries, hub: "/nowhere/hub.mjs" };

describe("a hub that does not understand a call", () => {
  test("and is older says what to stop, with both versions", async () => {
    await hubOf({ version: "1.0.0" }, unknown);
    expect(await ask()).toMatchObject({
      code: "HUB_INCOMPATIBLE",
      message: expect.stringMatching(/version 1\.0\.0.*hub\.status.*version 2\.0\.0.*has no operation/),
      hint: expect.stringContaining("commons hub stop"),
    });
  });

  test("and is older than a program that is gone from the disk says to install that again", async () => {
    await hubOf({ version: "1.0.0", build: 5 }, unknown);
    expect(await ask({ build: 6, entries: gone })).toMatchObject({
      code: "HUB_INCOMPATIBLE",
      hint: expect.stringContaining("install it again"),
    });
  });

  test("and is newer says to update the caller", async () => {
    await hubOf({ version: "3.0.0" }, unknown);
    expect(await ask()).toMatchObject({ code: "HUB_INCOMPATIBLE", hint: expect.stringContaining("Update this") });
  });

  test("and is of the same version but an earlier build is told by the times of the two builds", async () => {
    await hubOf({ version: "2.0.0", build: Date.UTC(2026, 0, 1) }, unknown);
    expect(await ask({ build: Date.UTC(2026, 1, 1), entries: gone })).toMatchObject({
      message: expect.stringMatching(/built 2026-01-01T00:00Z.*built 2026-02-01T00:00Z/),
    });
  });

  test("and is of the same age speaks of a mistake of the caller", async () => {
    await hubOf({ version: "2.0.0" }, unknown);
    expect(await ask()).toMatchObject({ code: "INPUT_INVALID" });
  });

  test("but only finds a value too long says so, whatever its age", async () => {
    await hubOf({ version: "1.0.0" }, { code: "INPUT_INVALID", message: "name: too long." });
    expect(await ask()).toMatchObject({ code: "INPUT_INVALID", message: "name: too long." });
  });
});

test.each([
  { protocol: protocolVersion + 1, version: "3.0.0", hint: "Update this installation" },
  { protocol: protocolVersion - 1, version: "1.0.0", hint: "commons hub stop" },
])("a hub of protocol $protocol is refused with both versions and what to do", async ({ hint, ...hello }) => {
  await hubOf(hello);
  expect(await ask()).toMatchObject({
    code: "HUB_INCOMPATIBLE",
    message: expect.stringMatching(new RegExp(`version ${hello.version}.*protocol ${hello.protocol}.*version 2.0.0`)),
    hint: expect.stringContaining(hint),
  });
});

test.each([undefined, null, "soon", -1, 1e300])(
  "a hub that says its build is %j is told apart all the same",
  async (build) => {
    // Safe: what another program says may be of any shape.
    await hubOf({ version: "3.0.0", protocol: protocolVersion + 1, build: build as number });
    expect(await ask({ build: 5 })).toMatchObject({ code: "HUB_INCOMPATIBLE" });
  },
);

test("versions are compared by their numbers, then builds, and sources are of no age", () => {
  const of = (version: string, build = 0) => ({ version, build });
  expect(compareAges(of("0.9.0"), of("0.10.0"))).toBeLessThan(0);
  expect(compareAges(of("1.0.0", 9), of("0.99.99", 10))).toBeGreaterThan(0);
  expect(compareAges(of("1.0.0", 9), of("1.0.0", 10))).toBeLessThan(0);
  expect(compareAges(of("1.0.0", 9), of("1.0.0", 0))).toBe(0);
});
