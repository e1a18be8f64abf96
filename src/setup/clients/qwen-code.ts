import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const qwenCode: ClientAdapter = {
  id: "qwen-code",
  title: "Qwen Code",
  proof: "format",
  documentation: "https://qwenlm.github.io/qwen-code-docs/en/users/features/mcp/",
  signs: { commands: ["qwen"], paths: everywhere("{home}/.qwen/settings.json") },
  files: [
    { scope: "user", paths: everywhere("{home}/.qwen/settings.json"), format: "jsonc", servers: ["mcpServers"] },
    { scope: "project", paths: everywhere("{project}/.qwen/settings.json"), format: "jsonc", servers: ["mcpServers"] },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}" },
  unattended: { trust: true },
  timeout: { key: "timeout", unit: "ms" },
  workspace: { kind: "cwd" },
  instructions: { user: "{home}/.qwen/QWEN.md", project: "{project}/QWEN.md" },
  ownCheck: { command: "qwen", args: ["mcp", "list"], expects: "commons:" },
  notes: ["Tools run unasked only where the entry has `trust`: `commons setup --approve` sets it."],
};
