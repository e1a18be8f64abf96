import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

const config = "{COPILOT_HOME|{home}/.copilot}";

export const copilotCli: ClientAdapter = {
  id: "copilot-cli",
  title: "GitHub Copilot CLI",
  proof: "format",
  documentation: "https://docs.github.com/en/copilot/how-tos/copilot-cli/customize-copilot/add-mcp-servers",
  signs: { commands: ["copilot"], paths: everywhere(config) },
  files: [{ scope: "user", paths: everywhere(`${config}/mcp-config.json`), format: "jsonc", servers: ["mcpServers"] }],
  entry: { type: "local", command: "{command}", args: "{args}", env: "{env}", tools: ["*"] },
  unattended: null,
  workspace: { kind: "cwd" },
  instructions: { user: `${config}/copilot-instructions.md`, project: "{project}/AGENTS.md" },
  ownCheck: { command: "copilot", args: ["mcp", "list"], expects: "commons (" },
  notes: ["For a project it reads the `.mcp.json` that `commons setup --client claude-code --scope project` writes."],
};
