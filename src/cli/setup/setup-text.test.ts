import { describe, expect, it } from "vitest";
import { codex } from "../../setup/clients/codex.ts";
import { geminiCli } from "../../setup/clients/gemini-cli.ts";
import type { AgentResult } from "./setup-run.ts";
import { closingLines } from "./setup-text.ts";

const result: AgentResult = {
  client: codex,
  signs: [],
  scope: "user",
  file: "/config.toml",
  outcome: "changed",
  change: null,
  backup: null,
  notes: [],
  error: null,
  check: { kind: "ok", ms: 1, tools: 19, version: "1" },
  ownCheck: null,
};
const broken = { check: { kind: "failed", reason: "It ended.", stderr: "" } } as const;

function closing(...changes: readonly Partial<AgentResult>[]): string {
  return closingLines(
    changes.map((change) => ({ ...result, ...change })),
    [],
  ).join("\n");
}

describe("the last lines of set-up", () => {
  it("count as set up only what was proven", () => {
    const unknown = { ownCheck: { command: "gemini mcp list", exitCode: 1, isThere: false, output: "" } };
    const text = closing({}, { client: geminiCli, ...unknown });
    expect(text).toContain("1 agent set up.");
    expect(text).toContain(`1 agent (${geminiCli.title}) written, but not proven to work`);
    expect(closing(broken)).not.toContain("set up.");
  });

  it("do not say that every agent is set up where an entry that was left does not start", () => {
    expect(closing({ outcome: "unchanged" })).toBe("Nothing to change: every agent is set up.");
    expect(closing({ outcome: "unchanged", ...broken })).toBe(
      "Nothing was changed.\n1 agent (Codex) left as it is, but not proven to work: see above.",
    );
  });

  it("do not say it either where a file of instructions failed or an agent was skipped", () => {
    const file = { file: "/AGENTS.md", clients: ["codex"], change: null, backup: null, error: null };
    const lines = closingLines([{ ...result, outcome: "unchanged" }], [{ ...file, outcome: "failed" }]);
    expect(lines).toEqual(["Nothing was changed.", "1 file of instructions could not be changed: see above."]);
    expect(closing({ outcome: "unchanged" }, { outcome: "skipped", check: null })).toBe(
      "Nothing to change: every other agent is set up.\n1 agent (Codex) skipped: see above.",
    );
  });
});
