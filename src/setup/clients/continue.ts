import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const continueDev: ClientAdapter = {
  id: "continue",
  title: "Continue",
  proof: "format",
  documentation: "https://docs.continue.dev/customize/deep-dives/mcp",
  signs: { commands: [], paths: everywhere("{home}/.continue") },
  files: [
    {
      scope: "project",
      paths: everywhere("{project}/.continue/mcpServers/commons.json"),
      format: "jsonc",
      servers: ["mcpServers"],
    },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "none" },
  instructions: null,
  ownCheck: null,
  notes: [
    "Continue keeps one file per server in a project; `commons setup --scope project` writes it.",
    "Continue offers tools in its agent mode only.",
  ],
};
