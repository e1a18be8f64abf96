import type { ClientAdapter } from "../client-adapter.ts";

// The command's file, which later versions of the extension share; earlier ones keep theirs in the editor's storage.
const own = "{CLINE_MCP_SETTINGS_PATH|{home}/.cline/data/settings/cline_mcp_settings.json}";
const file = "settings/cline_mcp_settings.json";
const linux = "{config}/Code/User/globalStorage/saoudrizwan.claude-dev";
const darwin = "{applicationSupport}/Code/User/globalStorage/saoudrizwan.claude-dev";
const win32 = "{appData}/Code/User/globalStorage/saoudrizwan.claude-dev";

export const cline: ClientAdapter = {
  id: "cline",
  title: "Cline",
  proof: "format",
  documentation: "https://docs.cline.bot/mcp/mcp-overview",
  signs: {
    commands: ["cline"],
    paths: { linux: ["{home}/.cline", linux], darwin: ["{home}/.cline", darwin], win32: ["{home}/.cline", win32] },
  },
  files: [
    {
      scope: "user",
      paths: { linux: [own, `${linux}/${file}`], darwin: [own, `${darwin}/${file}`], win32: [own, `${win32}/${file}`] },
      format: "jsonc",
      servers: ["mcpServers"],
    },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}", timeout: 300 },
  unattended: null,
  timeout: { key: "timeout", unit: "s" },
  workspace: { kind: "none" },
  instructions: null,
  ownCheck: { command: "cline", args: ["config", "mcp"], expects: "commons [" },
  notes: ["Cline starts its servers in no certain directory: the entry serves the one that it names."],
};
