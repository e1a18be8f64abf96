import type { ClientAdapter } from "../client-adapter.ts";

const config = "{home}/.gemini";

export const geminiCli: ClientAdapter = {
  id: "gemini-cli",
  title: "Gemini CLI",
  proof: "run",
  documentation: "https://geminicli.com/docs/tools/mcp-server/",
  signs: {
    commands: ["gemini"],
    paths: {
      linux: [`${config}/settings.json`],
      darwin: [`${config}/settings.json`],
      win32: [`${config}/settings.json`],
    },
  },
  files: [
    {
      scope: "user",
      paths: {
        linux: [`${config}/settings.json`],
        darwin: [`${config}/settings.json`],
        win32: [`${config}/settings.json`],
      },
      format: "jsonc",
      servers: ["mcpServers"],
    },
    {
      scope: "project",
      paths: {
        linux: ["{project}/.gemini/settings.json"],
        darwin: ["{project}/.gemini/settings.json"],
        win32: ["{project}/.gemini/settings.json"],
      },
      format: "jsonc",
      servers: ["mcpServers"],
    },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}", timeout: 300_000 },
  unattended: { trust: true },
  workspace: { kind: "cwd" },
  instructions: { user: `${config}/GEMINI.md`, project: "{project}/GEMINI.md" },
  ownCheck: { command: "gemini", args: ["mcp", "list"], expects: "commons" },
  notes: [
    "In a folder that Gemini does not trust it starts no server at all.",
    "Without a person to ask, tools run only where the entry has `trust`: `commons setup --approve` sets it.",
  ],
};
