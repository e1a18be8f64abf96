import type { ClientAdapter } from "../client-adapter.ts";

const unix = "{config}/goose";
const win32 = "{appData}/Block/goose/config";

export const goose: ClientAdapter = {
  id: "goose",
  title: "Goose",
  proof: "format",
  documentation: "https://block.github.io/goose/docs/guides/config-files",
  signs: { commands: [], paths: { linux: [unix], darwin: [unix], win32: [win32] } },
  files: [
    {
      scope: "user",
      paths: { linux: [`${unix}/config.yaml`], darwin: [`${unix}/config.yaml`], win32: [`${win32}/config.yaml`] },
      format: "yaml",
      servers: ["extensions"],
    },
  ],
  entry: {
    name: "commons",
    description: "Searches and fills the context that all agents share",
    type: "stdio",
    enabled: true,
    cmd: "{command}",
    args: "{args}",
    envs: "{env}",
    timeout: 300,
  },
  unattended: null,
  timeout: { key: "timeout", unit: "s" },
  workspace: { kind: "cwd" },
  instructions: { user: null, project: "{project}/AGENTS.md" },
  ownCheck: null,
  notes: ["Goose rewrites its file when it is configured, and drops the comments in it."],
};
