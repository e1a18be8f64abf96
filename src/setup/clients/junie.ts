import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const junie: ClientAdapter = {
  id: "junie",
  title: "JetBrains Junie",
  proof: "format",
  documentation: "https://www.jetbrains.com/help/junie/model-context-protocol-mcp.html",
  signs: { commands: ["junie"], paths: everywhere("{home}/.junie") },
  files: [
    { scope: "user", paths: everywhere("{home}/.junie/mcp/mcp.json"), format: "jsonc", servers: ["mcpServers"] },
    { scope: "project", paths: everywhere("{project}/.junie/mcp/mcp.json"), format: "jsonc", servers: ["mcpServers"] },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "none" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: ["Junie asks before each tool until you allow the server in its settings."],
};
