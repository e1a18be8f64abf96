import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

const file = "settings/mcp_settings.json";
const linux = "{config}/Code/User/globalStorage/rooveterinaryinc.roo-cline";
const darwin = "{applicationSupport}/Code/User/globalStorage/rooveterinaryinc.roo-cline";
const win32 = "{appData}/Code/User/globalStorage/rooveterinaryinc.roo-cline";

export const rooCode: ClientAdapter = {
  id: "roo-code",
  title: "Roo Code",
  proof: "format",
  documentation: "https://docs.roocode.com/features/mcp/using-mcp-in-roo",
  signs: { commands: [], paths: { linux: [linux], darwin: [darwin], win32: [win32] } },
  files: [
    {
      scope: "user",
      paths: { linux: [`${linux}/${file}`], darwin: [`${darwin}/${file}`], win32: [`${win32}/${file}`] },
      format: "jsonc",
      servers: ["mcpServers"],
    },
    { scope: "project", paths: everywhere("{project}/.roo/mcp.json"), format: "jsonc", servers: ["mcpServers"] },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}", timeout: 300 },
  unattended: null,
  timeout: { key: "timeout", unit: "s" },
  workspace: { kind: "cwd" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: ["With several folders in one window Roo Code starts the server in the first of them."],
};
