import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const warp: ClientAdapter = {
  id: "warp",
  title: "Warp",
  proof: "format",
  documentation: "https://docs.warp.dev/agents/capabilities/mcp/",
  signs: { commands: ["warp-terminal"], paths: everywhere("{home}/.warp") },
  files: [
    { scope: "user", paths: everywhere("{home}/.warp/.mcp.json"), format: "jsonc", servers: ["mcpServers"] },
    { scope: "project", paths: everywhere("{project}/.warp/.mcp.json"), format: "jsonc", servers: ["mcpServers"] },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "none" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: [
    "Warp starts the user's servers with itself, in no project: the entry serves the directory that it names.",
    "Servers of a project's file start after you approve them in Warp.",
  ],
};
