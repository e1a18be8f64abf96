import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

// With CLAUDE_CONFIG_DIR everything lies below it, .claude.json too; without it that file lies in the home itself.
const user = "{CLAUDE_CONFIG_DIR|{home}}/.claude.json";
const instructions = "{CLAUDE_CONFIG_DIR|{home}/.claude}";

export const claudeCode: ClientAdapter = {
  id: "claude-code",
  title: "Claude Code",
  proof: "run",
  documentation: "https://code.claude.com/docs/en/mcp",
  signs: { commands: ["claude"], paths: everywhere(user, instructions) },
  files: [
    {
      scope: "user",
      paths: everywhere(user),
      format: "jsonc",
      servers: ["mcpServers"],
      alsoServers: [["projects", "*", "mcpServers"]],
    },
    { scope: "project", paths: everywhere("{project}/.mcp.json"), format: "jsonc", servers: ["mcpServers"] },
  ],
  entry: { type: "stdio", command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "cwd" },
  instructions: { user: `${instructions}/CLAUDE.md`, project: "{project}/CLAUDE.md" },
  ownCheck: { command: "claude", args: ["mcp", "list"], expects: "commons:" },
  notes: [
    "A project's `.mcp.json` is used after you approve it once in Claude Code.",
    "`claude -p` needs `--allowedTools mcp__commons` for tools to run unasked.",
    "Claude Code rewrites `~/.claude.json` while it runs: set it up while no session is busy.",
  ],
};
