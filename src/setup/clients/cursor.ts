import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const cursor: ClientAdapter = {
  id: "cursor",
  title: "Cursor",
  proof: "format",
  documentation: "https://cursor.com/docs/context/mcp",
  signs: { commands: ["cursor", "cursor-agent"], paths: everywhere("{home}/.cursor") },
  files: [
    { scope: "user", paths: everywhere("{home}/.cursor/mcp.json"), format: "jsonc", servers: ["mcpServers"] },
    { scope: "project", paths: everywhere("{project}/.cursor/mcp.json"), format: "jsonc", servers: ["mcpServers"] },
  ],
  entry: { type: "stdio", command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "variable", variable: "${workspaceFolder}" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: ["Cursor may show a new server as disabled: switch it on once in its settings."],
};
