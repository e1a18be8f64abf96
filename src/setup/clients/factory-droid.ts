import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const factoryDroid: ClientAdapter = {
  id: "factory-droid",
  title: "Factory Droid",
  proof: "format",
  documentation: "https://docs.factory.ai/cli/configuration/mcp",
  signs: { commands: [], paths: everywhere("{home}/.factory") },
  files: [
    { scope: "user", paths: everywhere("{home}/.factory/mcp.json"), format: "jsonc", servers: ["mcpServers"] },
    { scope: "project", paths: everywhere("{project}/.factory/mcp.json"), format: "jsonc", servers: ["mcpServers"] },
  ],
  entry: { type: "stdio", command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "cwd" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: [],
};
