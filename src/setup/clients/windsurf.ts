import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const windsurf: ClientAdapter = {
  id: "windsurf",
  title: "Windsurf",
  proof: "format",
  documentation: "https://docs.windsurf.com/windsurf/cascade/mcp",
  signs: { commands: ["windsurf"], paths: everywhere("{home}/.codeium/windsurf") },
  files: [
    {
      scope: "user",
      paths: everywhere("{home}/.codeium/windsurf/mcp_config.json"),
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
    "Windsurf has no file per project and tells its servers no directory: the entry serves the one that it names.",
  ],
};
