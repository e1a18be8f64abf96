import { parse } from "smol-toml";
import { asRecord, type ServerEntry, toEntry, valueAt } from "./server-entry.ts";

/** The servers of Codex's config.toml (`mcp_servers`), however they are written. Throws for what is no TOML. */
export function readServerTables(text: string): ServerEntry[] {
  const parsed = parse(text.replace(/^\uFEFF/, ""), { integersAsBigInt: "asNeeded" });
  const servers = Object.entries(asRecord(valueAt(parsed, "mcp_servers"))).filter(([, server]) => hasOwnValues(server));
  return servers.map(([name, server]) => {
    const seconds = valueAt(server, "tool_timeout_sec");
    return { ...toEntry(name, server), toolTimeoutSeconds: typeof seconds === "number" ? seconds : null };
  });
}

/** A table below a server's (`mcp_servers.NAME.env`) makes no server by itself. */
function hasOwnValues(server: unknown): boolean {
  return Object.values(asRecord(server)).some((value) => typeof value !== "object" || Array.isArray(value));
}
