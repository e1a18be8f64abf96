import { describe, expect, it } from "vitest";
import type { RecordedBlock, RecordedEntry, SetupRecord } from "../../setup/setup-record.ts";
import { instructionsText, withBlock } from "../../setup/instructions-block.ts";
import { openDocument } from "../../setup/documents/open-document.ts";
import { planUndo } from "./undo-plan.ts";

const value = { command: "/opt/node", args: ["/opt/bin/commons.mjs", "mcp"] };
const made = { madeFile: true, madeDirectories: ["/home/ann/.x"], backup: null, writtenAt: 1 };
const entry: RecordedEntry = {
  ...made,
  client: "cursor",
  scope: "user",
  file: "/home/ann/.x/mcp.json",
  format: "jsonc",
  keys: ["mcpServers", "commons"],
  value,
  keptTables: 0,
};
const block: RecordedBlock = { ...made, file: "/home/ann/.x/AGENTS.md", clients: ["codex", "opencode"] };
const record: SetupRecord = { version: 1, entries: [entry], blocks: [block] };
const text = (commons: unknown, more = {}) => JSON.stringify({ mcpServers: { commons }, ...more }, null, 2);

describe("the way back of an entry", () => {
  it("takes the file and the directories that were made for it, where nothing else stands in it", () => {
    const plan = planUndo({ kind: "entry", entry }, text(value));
    expect(plan).toMatchObject({ state: "asWritten", change: { after: null }, madeDirectories: ["/home/ann/.x"] });
    expect(plan.update(record).entries).toEqual([]);
  });

  it("leaves the file where a person wrote something into it since, a comment too", () => {
    const withKey = planUndo({ kind: "entry", entry }, text(value, { theme: "dark" }));
    expect(JSON.parse(withKey.change?.after ?? "")).toEqual({ theme: "dark" });
    expect(withKey.madeDirectories).toEqual([]);
    const withComment = planUndo({ kind: "entry", entry }, `// mine\n${text(value)}`);
    expect(withComment.change?.after).toContain("// mine");
  });

  it("leaves a file that was there before, though nothing is left in it", () => {
    const plan = planUndo({ kind: "entry", entry: { ...entry, madeFile: false } }, text(value));
    expect(plan).toMatchObject({ madeDirectories: [] });
    expect(plan.change?.after?.trim()).toBe("{}");
  });

  it("tells a changed entry from one that starts something else, which stays", () => {
    expect(planUndo({ kind: "entry", entry }, text({ ...value, timeout: 9 })).state).toBe("changedSince");
    const foreign = planUndo({ kind: "entry", entry }, text({ command: "uvx", args: ["chroma-mcp"] }));
    expect(foreign).toMatchObject({ state: "foreign", change: null });
    expect(foreign.update(record).entries).toEqual([]);
  });

  it("has nothing to do where entry or file are gone, but for the directories", () => {
    expect(planUndo({ kind: "entry", entry }, "{}")).toMatchObject({
      state: "gone",
      change: null,
      madeDirectories: [],
    });
    expect(planUndo({ kind: "entry", entry }, null)).toMatchObject({
      state: "gone",
      madeDirectories: ["/home/ann/.x"],
    });
  });

  it("puts back what stood there before set-up, also where a person changed the entry since", () => {
    const former = { command: "npx", args: ["-y", "chroma-commons", "mcp"], env: { MINE: "1" } };
    const corrected = { ...entry, madeFile: false, keptTables: 1, former, value: { ...value, env: { MINE: "1" } } };
    const same = planUndo({ kind: "entry", entry: corrected }, text(corrected.value));
    expect(same).toMatchObject({ state: "asWritten", isPutBack: true, madeDirectories: [] });
    expect(JSON.parse(same.change?.after ?? "")).toEqual({ mcpServers: { commons: former } });
    const changed = planUndo({ kind: "entry", entry: corrected }, text({ ...value, timeout: 9 }, { a: 1 }));
    expect(changed).toMatchObject({ state: "changedSince", isPutBack: true });
    expect(JSON.parse(changed.change?.after ?? "")).toEqual({ mcpServers: { commons: former }, a: 1 });
  });

  it.each([
    "",
    "\n",
    "\uFEFF",
    "{\n}",
    "{\n}\n",
    '{"mcpServers": {\n}}',
    '// mine\n{"mcpServers": {"commons": 1 /* one */}}',
  ])("gives every byte of %j back where the file has nothing else than the entry", (before) => {
    const after = openDocument("jsonc", before).withValue(entry.keys, value);
    const kept = { ...entry, madeFile: false, backup: "/backup" };
    expect(planUndo({ kind: "entry", entry: kept }, after, before).change?.after).toBe(before);
    const more = openDocument("jsonc", after).withValue(["theme"], "dark");
    const left = planUndo({ kind: "entry", entry: kept }, more, before).change?.after ?? "";
    expect(openDocument("jsonc", left).value()).toHaveProperty("theme", "dark");
  });

  it("throws for a file that is broken now", () => {
    expect(() => planUndo({ kind: "entry", entry }, "{")).toThrow(/mcp\.json|line/i);
  });

  it("takes an entry that nobody recorded out of its table and leaves the table", () => {
    const { client, file, format, keys } = entry;
    const plan = planUndo({ kind: "unrecorded", client, file, format, keys }, text(value));
    expect(plan.state).toBe("unrecorded");
    expect(JSON.parse(plan.change?.after ?? "")).toEqual({ mcpServers: {} });
  });
});

describe("the way back of an instructions block", () => {
  it("stays while another agent reads it, and goes with the last one", () => {
    const standing = withBlock("# Mine\n", instructionsText);
    const one = planUndo({ kind: "block", block, leaving: ["codex"] }, standing);
    expect(one).toMatchObject({ state: "stillRead", change: null });
    expect(one.update(record).blocks).toMatchObject([{ clients: ["opencode"] }]);
    const both = planUndo({ kind: "block", block, leaving: ["codex", "opencode"] }, standing);
    expect(both).toMatchObject({ state: "asWritten", change: { after: "# Mine\n" } });
    expect(both.update(record).blocks).toEqual([]);
  });

  it("takes the file that was made for it, and nothing where the block is gone", () => {
    const leaving = block.clients;
    const whole = withBlock("", instructionsText);
    expect(planUndo({ kind: "block", block, leaving }, whole)).toMatchObject({
      change: { after: null },
      madeDirectories: ["/home/ann/.x"],
    });
    expect(planUndo({ kind: "block", block, leaving }, "# Mine\n")).toMatchObject({ state: "gone", change: null });
  });
});
