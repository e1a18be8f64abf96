import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

const config = "{config}/opencode";

export const opencode: ClientAdapter = {
  id: "opencode",
  title: "opencode",
  proof: "run",
  documentation: "https://opencode.ai/docs/mcp-servers/",
  signs: { commands: ["opencode"], paths: everywhere(config) },
  files: [
    {
      scope: "user",
      paths: everywhere(`${config}/opencode.json`, `${config}/opencode.jsonc`),
      format: "jsonc",
      servers: ["mcp"],
    },
    {
      scope: "project",
      paths: everywhere("{project}/opencode.json", "{project}/opencode.jsonc"),
      format: "jsonc",
      servers: ["mcp"],
    },
  ],
  entry: { type: "local", command: "{argv}", environment: "{env}", enabled: true },
  unattended: null,
  workspace: { kind: "cwd" },
  instructions: { user: `${config}/AGENTS.md`, project: "{project}/AGENTS.md" },
  ownCheck: { command: "opencode", args: ["mcp", "list"], expects: "commons" },
  notes: [],
};
