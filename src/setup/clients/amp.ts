import type { ClientAdapter } from "../client-adapter.ts";
import { everywhere } from "./everywhere.ts";

export const amp: ClientAdapter = {
  id: "amp",
  title: "Amp",
  proof: "format",
  documentation: "https://ampcode.com/manual",
  signs: { commands: [], paths: everywhere("{config}/amp") },
  files: [
    {
      scope: "user",
      paths: everywhere("{config}/amp/settings.json", "{config}/amp/settings.jsonc"),
      format: "jsonc",
      servers: ["amp.mcpServers"],
    },
    {
      scope: "project",
      paths: everywhere("{project}/.amp/settings.json", "{project}/.amp/settings.jsonc"),
      format: "jsonc",
      servers: ["amp.mcpServers"],
    },
  ],
  entry: { command: "{command}", args: "{args}", env: "{env}" },
  unattended: null,
  workspace: { kind: "cwd" },
  instructions: { user: "{config}/amp/AGENTS.md", project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: ["Servers of a project's file start after you approve them in Amp."],
};
