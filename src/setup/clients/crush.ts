import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const crush: ClientAdapter = {
  id: "crush",
  title: "Crush",
  proof: "format",
  documentation: "https://github.com/charmbracelet/crush/blob/main/docs/config/README.md",
  signs: { commands: [], paths: everywhere("{config}/crush") },
  files: [
    { scope: "user", paths: everywhere("{config}/crush/crush.json"), format: "jsonc", servers: ["mcp"] },
    {
      scope: "project",
      paths: everywhere("{project}/.crush.json", "{project}/crush.json"),
      format: "jsonc",
      servers: ["mcp"],
    },
  ],
  entry: { type: "stdio", command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "cwd" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: ["Crush reads its JSON files beside the newer `crushrc`, and says so in its log when a directory has both."],
};
