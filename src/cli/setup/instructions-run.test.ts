import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clientPlatform } from "../../setup/client-paths.ts";
import { setupRecordFile } from "../../setup/record.ts";
import { findUndoables } from "./find-undoables.ts";
import { writeInstructions } from "./instructions-run.ts";
import { openSetupFiles } from "./setup-files.ts";
import { undoAll, type UndoResult } from "./undo-run.ts";

let home: string;
let cwd: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "commons-instructions-")));
  cwd = join(home, "project");
  mkdirSync(cwd);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const env = () => ({ HOME: home });
const shared = () => join(cwd, "AGENTS.md");

async function setUp(files: ReadonlyMap<string, readonly string[]>): Promise<readonly string[]> {
  const results = await writeInstructions(files, {
    scope: "project",
    surroundings: { env: env(), cwd, home, platform: clientPlatform(process.platform) },
    files: openSetupFiles(env()),
    agree: () => Promise.resolve("yes"),
    onResult: () => undefined,
  });
  return results.map(({ outcome }) => outcome);
}

async function uninstall(clients: readonly string[] | null): Promise<readonly UndoResult[]> {
  const files = openSetupFiles(env());
  return undoAll(await findUndoables(await files.record(), clients, { env: env(), cwd }), {
    files,
    signal: new AbortController().signal,
    agree: () => Promise.resolve("yes"),
    onStart: () => undefined,
    onPlan: () => undefined,
    onResult: () => undefined,
  });
}

const states = (results: readonly UndoResult[]) => results.map(({ state, outcome }) => [state, outcome]);

describe("a file of instructions that several agents read", () => {
  it("keeps the block for an agent that was set up when it stood there already", async () => {
    expect(await setUp(new Map([[shared(), ["codex"]]]))).toEqual(["changed"]);
    expect(await setUp(new Map([[shared(), ["opencode"]]]))).toEqual(["unchanged"]);
    expect(states(await uninstall(["codex"]))).toEqual([["stillRead", "left"]]);
    expect(existsSync(shared())).toBe(true);
    expect(states(await uninstall(["opencode"]))).toEqual([["asWritten", "removed"]]);
    expect(existsSync(shared())).toBe(false);
  });

  it("keeps it under its other name too, a link", async () => {
    writeFileSync(shared(), "# Mine\n");
    symlinkSync(shared(), join(cwd, "CLAUDE.md"));
    const files = new Map([
      [shared(), ["codex"]],
      [join(cwd, "CLAUDE.md"), ["claude-code"]],
    ]);
    expect(await setUp(files)).toEqual(["changed", "unchanged"]);
    expect(states(await uninstall(["codex"]))).toEqual([["stillRead", "left"]]);
    expect(states(await uninstall(null))).toEqual([["asWritten", "removed"]]);
    expect(readFileSync(shared(), "utf8")).toBe("# Mine\n");
  });

  it("gives a block back by its marks where the record is lost, and keeps what is written around it", async () => {
    writeFileSync(shared(), "# Mine\n");
    await setUp(new Map([[shared(), ["codex"]]]));
    rmSync(setupRecordFile(openSetupFiles(env()).home));
    expect(states(await uninstall(null))).toEqual([["asWritten", "removed"]]);
    expect(readFileSync(shared(), "utf8")).toBe("# Mine\n");
    expect(await uninstall(null)).toEqual([]);
  });
});
