import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  loadSetupRecord,
  saveSetupRecord,
  setupRecordFile,
  withEntry,
  withoutEntry,
  withoutRecordedBlock,
  withRecordedBlock,
} from "./record.ts";
import type { RecordedBlock, RecordedEntry, SetupRecord } from "./setup-record.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "setup-record-"));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const empty: SetupRecord = { version: 1, entries: [], blocks: [] };
const entry: RecordedEntry = {
  client: "codex",
  scope: "user",
  file: "/home/a/.codex/config.toml",
  format: "toml",
  keys: ["mcp_servers", "commons"],
  value: { command: "node", args: ["mcp"], env: { A: "1" }, timeout: 3, enabled: true, none: null },
  keptTables: 1,
  madeFile: true,
  madeDirectories: ["/home/a/.codex"],
  backup: null,
  writtenAt: 1,
};
const block: RecordedBlock = {
  file: "/home/a/AGENTS.md",
  clients: ["codex"],
  madeFile: false,
  madeDirectories: [],
  backup: "/home/a/backups/1",
  writtenAt: 1,
};

test("a record comes back as it was saved, and only the user reads it", async () => {
  const record = withRecordedBlock(withEntry(empty, entry), block);
  await saveSetupRecord(join(home, "made"), record);
  expect(await loadSetupRecord(join(home, "made"))).toEqual(record);
  const { mode } = statSync(setupRecordFile(join(home, "made")));
  expect(mode & 0o777).toBe(process.platform === "win32" ? 0o666 : 0o600);
});

test("a home without a record has an empty one", async () => {
  expect(await loadSetupRecord(join(home, "none"))).toEqual(empty);
});

test("an entry that is written again keeps what was known of the file before set-up", () => {
  const again = {
    ...entry,
    value: { command: "other" },
    madeFile: false,
    madeDirectories: [],
    backup: "/b",
    writtenAt: 2,
  };
  const { entries } = withEntry(withEntry(empty, entry), { ...again, keptTables: 2 });
  expect(entries).toEqual([{ ...entry, value: { command: "other" }, writtenAt: 2 }]);
});

test("what stood there before set-up is kept over later writings, until a person puts another server there", () => {
  const hand = { command: "npx", args: ["chroma-commons", "mcp"] };
  const first = withEntry(empty, { ...entry, former: hand });
  const second = withEntry(first, { ...entry, former: { command: "/opt/commons.mjs", args: ["mcp"], mine: 1 } });
  expect(second.entries).toMatchObject([{ former: hand }]);
  expect(withEntry(second, { ...entry, former: { command: "uvx" } }).entries).toMatchObject([
    { former: { command: "uvx" } },
  ]);
  expect(withEntry(second, entry).entries[0]?.former).toBeUndefined();
});

test("an entry in another file or at other keys stands beside it, and is taken away alone", () => {
  const others = [
    { ...entry, file: "/other" },
    { ...entry, keys: ["mcp_servers", "other"] },
  ];
  const record = [entry, ...others].reduce(withEntry, empty);
  expect(record.entries).toHaveLength(3);
  expect(withoutEntry(record, entry).entries).toEqual(others);
});

test("a block that two agents read is one, and knows both", () => {
  const both = withRecordedBlock(withRecordedBlock(empty, block), {
    ...block,
    clients: ["opencode"],
    backup: "/later",
  });
  expect(both.blocks).toEqual([{ ...block, clients: ["codex", "opencode"] }]);
  expect(withoutRecordedBlock(both, block.file)).toEqual(empty);
});

test.each([
  ["damaged", "{", /is damaged/],
  ["of another form", '{"version": 1, "entries": [{}], "blocks": []}', /is damaged/],
  ["newer", '{"version": 2, "what": "ever"}', /newer version/],
])("a record that is %s is said and left as it is", async (_, text, said) => {
  writeFileSync(setupRecordFile(home), text);
  await expect(loadSetupRecord(home)).rejects.toMatchObject({
    code: "HOME_UNUSABLE",
    message: expect.stringMatching(said),
  });
  expect(readFileSync(setupRecordFile(home), "utf8")).toBe(text);
});

test("something else in the record's place is said", async () => {
  mkdirSync(setupRecordFile(home));
  await expect(loadSetupRecord(home)).rejects.toMatchObject({ code: "HOME_UNUSABLE" });
  await expect(saveSetupRecord(home, empty)).rejects.toMatchObject({ code: "HOME_UNUSABLE" });
});
