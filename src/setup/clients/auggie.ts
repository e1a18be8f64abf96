import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const auggie: ClientAdapter = {
  id: "auggie",
  title: "Augment (Auggie)",
  proof: "format",
  documentation: "https://docs.augmentcode.com/cli/integrations",
  signs: { commands: ["auggie"], paths: everywhere("{home}/.augment") },
  files: [
    { scope: "user", paths: everywhere("{home}/.augment/settings.json"), format: "jsonc", servers: ["mcpServers"] },
  ],
  entry: { type: "stdio", command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "cwd" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: { command: "auggie", args: ["mcp", "list"], expects: "commons" },
  notes: [
    "Auggie runs tools unasked by itself.",
    "The Augment extensions of editors keep their servers elsewhere and are not served.",
  ],
};
