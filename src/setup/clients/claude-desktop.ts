import type { ClientAdapter } from "../client-adapter.ts";

// Made for macOS and Windows; the Linux builds that others make keep the same file below ~/.config.
const file = "claude_desktop_config.json";
const linux = "{config}/Claude";
const darwin = "{applicationSupport}/Claude";
const win32 = "{appData}/Claude";

export const claudeDesktop: ClientAdapter = {
  id: "claude-desktop",
  title: "Claude Desktop",
  proof: "format",
  documentation: "https://modelcontextprotocol.io/docs/develop/connect-local-servers",
  signs: { commands: ["claude-desktop"], paths: { linux: [linux], darwin: [darwin], win32: [win32] } },
  files: [
    {
      scope: "user",
      paths: { linux: [`${linux}/${file}`], darwin: [`${darwin}/${file}`], win32: [`${win32}/${file}`] },
      format: "jsonc",
      servers: ["mcpServers"],
    },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "none" },
  instructions: null,
  ownCheck: null,
  notes: [
    "Claude Desktop tells its servers no directory: the entry serves the one that it names.",
    "Quit and start Claude Desktop after the change.",
  ],
};
