import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import { HubConnection } from "./hub-connection.ts";
import { greetRemote, remoteHub } from "./remote-hub.ts";

const at = (url: string, plainHost?: string, env: NodeJS.ProcessEnv = { COMMONS_HUB_TOKEN: "t" }) =>
  remoteHub(env, { "hub.url": url, "hub.plainHost": plainHost });

describe("a hub elsewhere", () => {
  it("is none when no URL is set, whatever token there is", () => {
    expect(remoteHub({ COMMONS_HUB_TOKEN: "t" }, { "hub.url": undefined, "hub.plainHost": undefined })).toBeNull();
  });

  it.each([
    ["http://localhost:8123", undefined],
    ["http://127.0.0.1:8123", undefined],
    ["http://[::1]:8123", undefined],
    ["http://host.docker.internal:8123", "host.docker.internal"],
    ["https://hub.example", undefined],
  ])("gets its token over https, on the loopback, and at the one host that was named: %s", (url, plainHost) => {
    expect(at(url, plainHost)).toMatchObject({ url: new URL(url) });
  });

  it.each([
    ["http://hub.example:8123", undefined],
    ["http://127.0.0.1.evil.example:8123", undefined],
    ["http://localhost.evil.example:8123", undefined],
    ["http://10.0.0.5:8123", "10.0.0.6"],
  ])("never gets its token over http from another host: %s", (url, plainHost) => {
    expect(thrownBy(() => at(url, plainHost))).toMatchObject({
      code: "SETTING_INVALID",
      message: expect.stringContaining("readable on the way"),
    });
  });

  it("without a token is refused before anything is sent", () => {
    expect(thrownBy(() => at("http://127.0.0.1:1", undefined, {}))).toMatchObject({
      code: "SETTING_INVALID",
      hint: expect.stringContaining("COMMONS_HUB_TOKEN_FILE"),
    });
  });

  it("is the one of a socket where hub.socket names it, and never two at once", () => {
    const none = { "hub.url": undefined, "hub.plainHost": undefined };
    expect(remoteHub({}, { ...none, "hub.socket": "/run/commons/hub.sock" })).toEqual({
      socket: "/run/commons/hub.sock",
    });
    const both = { ...none, "hub.url": "http://127.0.0.1:1", "hub.socket": "/run/commons/hub.sock" };
    expect(thrownBy(() => remoteHub({ COMMONS_HUB_TOKEN: "t" }, both))).toMatchObject({
      code: "SETTING_INVALID",
      message: expect.stringContaining("two hubs"),
    });
  });
});

it.runIf(process.getuid?.() === 0)(
  "of a socket in another user's directory the words are of hubs, not of a home (needs root to make one)",
  async () => {
    const directory = await mkdtemp(join(tmpdir(), "commons-remote-"));
    await chown(directory, 65_534, 65_534);
    const socket = join(directory, "hub.sock");
    const connection = new HubConnection(socket);
    const asked = greetRemote(connection, { socket }).finally(() => connection.close());
    await expect(asked).rejects.toMatchObject({
      code: "HUB_UNREACHABLE",
      message: expect.stringMatching(/^No hub of this user .*another user/),
      hint: expect.not.stringContaining("COMMONS_HOME"),
    });
    await rm(directory, { recursive: true });
  },
);
