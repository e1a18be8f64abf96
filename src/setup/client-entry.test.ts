import { describe, expect, it } from "vitest";
import type { ConfigTable, LaunchSpec } from "./client-adapter.ts";
import { clientAdapters } from "./clients/registry.ts";
import { entryValue, withLaunch } from "./client-entry.ts";
import { toServerEntry } from "./server-entry.ts";

function launchOf(value: ConfigTable): LaunchSpec {
  const { command, args, env } = toServerEntry("commons", value);
  return { command: command ?? "", args, env };
}

const spec = { command: "/opt/node", args: ["/opt/commons.mjs", "mcp"], env: { COMMONS_HOME: "/data" } };

describe("an agent's entry", () => {
  it.each(clientAdapters)("of $title gives back what it starts, with and without variables", (client) => {
    for (const launch of [spec, { ...spec, env: {} }]) {
      const value = entryValue(client, launch);
      expect(launchOf(value)).toEqual(launch);
      expect(JSON.stringify(value)).not.toMatch(/\{(command|args|argv|env)\}/);
    }
  });

  it.each(clientAdapters)("of $title keeps what a person added when it gets another command", (client) => {
    const standing: ConfigTable = { ...entryValue(client, spec), disabledTools: ["batch_delete"] };
    const other = { command: "/new/node", args: ["/new/commons.mjs", "mcp", "--docker"], env: {} };
    const value = withLaunch(client, standing, other);
    expect(launchOf(value)).toEqual(other);
    expect(value["disabledTools"]).toEqual(["batch_delete"]);
    expect(withLaunch(client, value, spec)).toEqual(standing);
  });
});
