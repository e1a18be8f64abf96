import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HubConnection } from "./hub-connection.ts";

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

describe("a connection to the hub's socket", () => {
  let directory: string;
  let address: string;
  let server: Server;
  let asked: number;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "connection-"));
    address = join(directory, "hub", "hub.sock");
    mkdirSync(join(directory, "hub"), { mode: 0o700 });
    asked = 0;
    server = createServer((_incoming, outgoing) => {
      asked++;
      outgoing.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(address, resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(directory, { recursive: true });
  });

  async function ask(): Promise<number> {
    const connection = new HubConnection(address);
    try {
      return (await connection.send({ method: "GET", path: "/v1/hello", timeoutMs: 5_000 })).status;
    } finally {
      connection.close();
    }
  }

  it("closes the socket's directory to others before it asks", async () => {
    chmodSync(join(directory, "hub"), 0o777);
    expect(await ask()).toBe(200);
    expect(statSync(join(directory, "hub")).mode & 0o777).toBe(0o700);
  });

  it.runIf(isRoot)("asks nobody in a directory of another user (needs root to make one)", async () => {
    chownSync(join(directory, "hub"), nobody, nobody);
    await expect(ask()).rejects.toMatchObject({
      code: "HUB_UNREACHABLE",
      message: expect.stringContaining("another user"),
    });
    expect(asked).toBe(0);
  });

  it.runIf(isRoot)("asks nobody through a socket that another user planted (needs root to make one)", async () => {
    chownSync(address, nobody, nobody);
    await expect(ask()).rejects.toMatchObject({
      code: "HUB_UNREACHABLE",
      message: `${address} belongs to another user.`,
    });
    expect(asked).toBe(0);
  });
});
