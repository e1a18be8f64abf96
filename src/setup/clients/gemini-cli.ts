import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const geminiCli: ClientAdapter = {
  id: "gemini-cli",
  title: "Gemini CLI",
  proof: "run",
  documentation: "https://geminicli.com/docs/tools/mcp-server/",
  signs: { commands: ["gemini"], paths: everywhere("{home}/.gemini/settings.json") },
  files: [
    { scope: "user", paths: everywhere("{home}/.gemini/settings.json"), format: "jsonc", servers: ["mcpServers"] },
    {
      scope: "project",
      paths: everywhere("{project}/.gemini/settings.json"),
      format: "jsonc",
      servers: ["mcpServers"],
    },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}" },
  unattended: { trust: true },
  timeout: { key: "timeout", unit: "ms" },
  workspace: { kind: "cwd" },
  instructions: { user: "{home}/.gemini/GEMINI.md", project: "{project}/GEMINI.md" },
  ownCheck: { command: "gemini", args: ["mcp", "list"], expects: "commons:" },
  notes: [
    "In a folder that Gemini CLI does not trust it starts no server at all.",
    "Without a person to ask, tools run only where the entry has `trust`: `commons setup --approve` sets it.",
  ],
};
