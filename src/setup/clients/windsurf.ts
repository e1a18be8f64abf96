import type { ClientAdapter } from "../client-adapter.ts";

const config = "{home}/.codeium/windsurf";

export const windsurf: ClientAdapter = {
  id: "windsurf",
  title: "Windsurf",
  proof: "format",
  documentation: "https://docs.windsurf.com/windsurf/cascade/mcp",
  signs: { commands: ["windsurf"], paths: { linux: [config], darwin: [config], win32: [config] } },
  files: [
    {
      scope: "user",
      paths: {
        linux: [`${config}/mcp_config.json`],
        darwin: [`${config}/mcp_config.json`],
        win32: [`${config}/mcp_config.json`],
      },
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
