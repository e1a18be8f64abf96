import { describe, expect, it } from "vitest";
import type { Terminal } from "../output/terminal.ts";
import { changeLines, unifiedDiff } from "./change-text.ts";

const terminal: Terminal = {
  isTerminal: true,
  columns: 80,
  write: () => undefined,
  line: () => undefined,
  style: (name, text) => `<${name}>${text}`,
};

describe("a change as a diff", () => {
  it("has the form of diff -u, also for a file that is made or goes", () => {
    expect(unifiedDiff({ file: "/a", before: "one\ntwo\n", after: "one\n2\n" })).toBe(
      "--- /a\n+++ /a\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n",
    );
    expect(unifiedDiff({ file: "/a", before: null, after: "one\n" })).toBe(
      "--- (no file)\n+++ /a\n@@ -0,0 +1,1 @@\n+one\n",
    );
    expect(unifiedDiff({ file: "/a", before: "one\n", after: null })).toContain("+++ (no file)\n@@ -1,1 +0,0 @@\n-one");
    expect(unifiedDiff({ file: "/a", before: "", after: null })).toBe("--- /a\n+++ (no file)\n(an empty file)\n");
    expect(unifiedDiff({ file: "/a", before: "x", after: "x" })).toBe("");
  });

  it("is coloured for a person, cannot steer the terminal, and says how much it leaves out", () => {
    const lines = changeLines(terminal, { file: "/a", before: "\u001b[2Jold\r\n", after: "new\r\n" });
    expect(lines.slice(3)).toEqual(["<red>-old", "<green>+new"]);
    const long = changeLines(terminal, { file: "/a", before: null, after: "x\n".repeat(500) });
    expect([long.length, long.at(-1)]).toEqual([201, "(303 more lines)"]);
    const wide = changeLines(terminal, { file: "/a", before: "x".repeat(1_000_000), after: "y".repeat(1_000_000) });
    expect(wide.every((line) => line.length < 600)).toBe(true);
  });

  it("shows what differs of a file that is one long line", () => {
    const rest = `"history": "${"x".repeat(3_000)}"`;
    const change = { file: "/a", before: `{${rest}}`, after: `{${rest}, "mcpServers": {"commons": {}}}` };
    const [, , , removed = "", , added = ""] = changeLines(terminal, change);
    expect(removed).toContain("<red>-…xxx");
    expect(added).toContain('"mcpServers": {"commons": {}}}');
    expect(added.length).toBeLessThan(600);
  });

  it("tells a missing line break at the end apart", () => {
    expect(unifiedDiff({ file: "/a", before: "text", after: "text\nmore\n" })).toContain(
      "-text\n\\ No newline at end of file\n+text\n+more\n",
    );
  });
});
