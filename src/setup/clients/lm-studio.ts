import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const lmStudio: ClientAdapter = {
  id: "lm-studio",
  title: "LM Studio",
  proof: "format",
  documentation: "https://lmstudio.ai/docs/app/mcp",
  signs: { commands: [], paths: everywhere("{home}/.lmstudio") },
  files: [{ scope: "user", paths: everywhere("{home}/.lmstudio/mcp.json"), format: "jsonc", servers: ["mcpServers"] }],
  entry: { command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "none" },
  instructions: null,
  ownCheck: null,
  notes: ["LM Studio knows no directories: the entry serves the one that it names."],
};
