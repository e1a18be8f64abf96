import type { ClientAdapter } from "../client-adapter.ts";

const config = "{home}/.cursor";

export const cursor: ClientAdapter = {
  id: "cursor",
  title: "Cursor",
  proof: "format",
  documentation: "https://cursor.com/docs/context/mcp",
  signs: {
    commands: ["cursor", "cursor-agent"],
    paths: { linux: [config], darwin: [config], win32: [config] },
  },
  files: [
    {
      scope: "user",
      paths: { linux: [`${config}/mcp.json`], darwin: [`${config}/mcp.json`], win32: [`${config}/mcp.json`] },
      format: "jsonc",
      servers: ["mcpServers"],
    },
    {
      scope: "project",
      paths: {
        linux: ["{project}/.cursor/mcp.json"],
        darwin: ["{project}/.cursor/mcp.json"],
        win32: ["{project}/.cursor/mcp.json"],
      },
      format: "jsonc",
      servers: ["mcpServers"],
    },
  ],
  entry: { type: "stdio", command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "variable", variable: "${workspaceFolder}" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: ["Cursor may show a new server as disabled: switch it on once in its settings."],
};
