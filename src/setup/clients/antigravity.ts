import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const antigravity: ClientAdapter = {
  id: "antigravity",
  title: "Google Antigravity",
  proof: "format",
  documentation: "https://antigravity.google/docs/mcp",
  signs: {
    commands: ["agy", "antigravity"],
    paths: everywhere("{home}/.gemini/config", "{home}/.gemini/antigravity", "{home}/.gemini/antigravity-cli"),
  },
  files: [
    {
      scope: "user",
      paths: everywhere("{home}/.gemini/config/mcp_config.json"),
      format: "jsonc",
      servers: ["mcpServers"],
    },
    {
      scope: "project",
      paths: everywhere("{project}/.agents/mcp_config.json"),
      format: "jsonc",
      servers: ["mcpServers"],
    },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "none" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: ["Antigravity refuses to start with a file that is no valid JSON: keep comments out of it."],
};
