import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const kiro: ClientAdapter = {
  id: "kiro",
  title: "Kiro",
  proof: "format",
  documentation: "https://kiro.dev/docs/mcp/configuration",
  signs: { commands: ["kiro", "kiro-cli"], paths: everywhere("{home}/.kiro") },
  files: [
    { scope: "user", paths: everywhere("{home}/.kiro/settings/mcp.json"), format: "jsonc", servers: ["mcpServers"] },
    {
      scope: "project",
      paths: everywhere("{project}/.kiro/settings/mcp.json"),
      format: "jsonc",
      servers: ["mcpServers"],
    },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "none" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: [
    "The editor starts its servers in no certain directory, and the command line fills in no variable: the entry serves the directory that it names. A file of the project suits that best.",
  ],
};
