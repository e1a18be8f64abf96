import type { ClientAdapter } from "../client-adapter.ts";

const config = "{config}/opencode";
const user = [`${config}/opencode.json`, `${config}/opencode.jsonc`];
const project = ["{project}/opencode.json", "{project}/opencode.jsonc"];

export const opencode: ClientAdapter = {
  id: "opencode",
  title: "opencode",
  proof: "run",
  documentation: "https://opencode.ai/docs/mcp-servers/",
  signs: { commands: ["opencode"], paths: { linux: [config], darwin: [config], win32: [config] } },
  files: [
    { scope: "user", paths: { linux: user, darwin: user, win32: user }, format: "jsonc", servers: ["mcp"] },
    { scope: "project", paths: { linux: project, darwin: project, win32: project }, format: "jsonc", servers: ["mcp"] },
  ],
  entry: { type: "local", command: "{argv}", environment: "{env}", enabled: true },
  unattended: null,
  workspace: { kind: "cwd" },
  instructions: { user: `${config}/AGENTS.md`, project: "{project}/AGENTS.md" },
  ownCheck: { command: "opencode", args: ["mcp", "list"], expects: "commons" },
  notes: [],
};
