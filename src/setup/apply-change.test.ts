import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CommonsError } from "../core/errors.ts";
import { applyChange, removeDirectories } from "./apply-change.ts";
import { backupDirectory, mostBackups } from "./backups.ts";
import { readConfigText } from "./plain-file.ts";
import { withSetupLock } from "./setup-lock.ts";

const isUnix = process.platform !== "win32";
let directory: string;
let home: string;
let file: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "apply-change-"));
  home = join(directory, "home");
  file = join(directory, "agent", "settings.json");
  mkdirSync(dirname(file));
});
afterEach(() => {
  chmodSync(dirname(file), 0o700);
  rmSync(directory, { recursive: true, force: true });
});

const apply = (before: string | null, after: string | null, path = file) =>
  applyChange({ file: path, before, after }, { home });

/** What is thrown must leave the file, its directory and the backups as they were. */
async function refusal(path: string, before: string | null): Promise<CommonsError> {
  try {
    await apply(before, "after", path);
  } catch (error) {
    if (error instanceof CommonsError) return error;
    throw error;
  }
  throw new Error("Nothing was thrown.");
}

describe("a file that is there", () => {
  test("is replaced whole, with a backup of its text that only the user reads", async () => {
    writeFileSync(file, "before");
    const { backup, ...applied } = await apply("before", "after");
    expect(applied).toEqual({ file, madeFile: false, madeDirectories: [] });
    expect(readFileSync(file, "utf8")).toBe("after");
    expect(readFileSync(backup ?? "", "utf8")).toBe("before");
    expect(dirname(backup ?? "")).toBe(backupDirectory(home));
    expect(backup).toContain("agent_settings.json");
    expect(statSync(backup ?? "").mode & 0o777).toBe(isUnix ? 0o600 : 0o666);
    expect(readdirSync(dirname(file))).toEqual(["settings.json"]);
  });

  test("keeps its mode and its owner", async () => {
    writeFileSync(file, "before");
    chmodSync(file, 0o640);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(file, 1234, 2345);
    const { uid, gid, mode } = statSync(file);
    await apply("before", "after");
    const now = statSync(file);
    expect([now.uid, now.gid, now.mode]).toEqual([uid, gid, mode]);
  });

  test("that stays the same is not written and needs no backup", async () => {
    writeFileSync(file, "same");
    utimesSync(file, 1, 1);
    expect((await apply("same", "same")).backup).toBeNull();
    expect(statSync(file).mtimeMs).toBe(1000);
  });

  test("goes when it is to go, with a backup", async () => {
    writeFileSync(file, "before");
    const { backup } = await apply("before", null);
    expect(existsSync(file)).toBe(false);
    expect(readFileSync(backup ?? "", "utf8")).toBe("before");
  });

  test("keeps its byte order mark and its line ends in the backup", async () => {
    const text = "\uFEFFa\r\nb\n";
    writeFileSync(file, text);
    expect(await readConfigText(file)).toBe(text);
    const { backup } = await apply(text, "after");
    expect(readFileSync(backup ?? "", "utf8")).toBe(text);
  });

  test("has at most twenty backups, and the first of them stays", async () => {
    for (let number = 0; number < mostBackups + 3; number += 1) {
      writeFileSync(file, String(number));
      await apply(String(number), "after");
    }
    const kept = readdirSync(backupDirectory(home)).map((name) =>
      readFileSync(join(backupDirectory(home), name), "utf8"),
    );
    expect(kept).toEqual(["0", ...Array.from({ length: mostBackups - 1 }, (_, index) => String(index + 4))]);
  });

  test("loses what an earlier run that was killed left beside it, and nothing else", async () => {
    writeFileSync(file, "before");
    const stale = join(dirname(file), ".settings.json.0123456789ab.commons-tmp");
    const young = join(dirname(file), ".settings.json.ba9876543210.commons-tmp");
    const foreign = join(dirname(file), ".settings.json.mine.commons-tmp");
    const backup = join(backupDirectory(home), ".agent_settings.json.12345678.x.0123456789ab.commons-tmp");
    mkdirSync(dirname(backup), { recursive: true });
    for (const path of [stale, young, foreign, backup]) writeFileSync(path, "half");
    for (const path of [stale, foreign, backup]) utimesSync(path, 1, 1);
    await apply("before", "after");
    expect(existsSync(backup)).toBe(false);
    expect([stale, young, foreign].map((path) => existsSync(path))).toEqual([false, true, true]);
  });
});

describe("a file that is not there", () => {
  test("is made for the user alone, and so are its directories", async () => {
    const path = join(directory, "a", "b", "new.json");
    expect(await apply(null, "after", path)).toEqual({
      file: path,
      madeFile: true,
      madeDirectories: [join(directory, "a"), join(directory, "a", "b")],
      backup: null,
    });
    const modes = [path, dirname(path)].map((made) => statSync(made).mode & 0o777);
    expect(modes).toEqual(isUnix ? [0o600, 0o700] : [0o666, 0o666]);
  });

  test("is made with the usual modes where it is shared", async () => {
    const path = join(directory, "project", "mcp.json");
    await applyChange({ file: path, before: null, after: "after" }, { home, isShared: true });
    const usual = 0o666 & ~process.umask();
    expect(statSync(path).mode & 0o777).toBe(isUnix ? usual : 0o666);
  });

  test("leaves no directories behind when it cannot be made", async () => {
    const path = join(directory, "a", "b", "x".repeat(300));
    expect((await refusal(path, null)).code).toBe("CLIENT_FILE_UNUSABLE");
    expect(existsSync(join(directory, "a"))).toBe(false);
  });

  test("gives back the directories that were made for it, as far as they are empty", async () => {
    const path = join(directory, "a", "b", "c", "new.json");
    const { madeDirectories } = await apply(null, "after", path);
    await apply("after", null, path);
    writeFileSync(join(directory, "a", "other"), "");
    await removeDirectories(madeDirectories);
    expect(readdirSync(join(directory, "a"))).toEqual(["other"]);
  });
});

describe.runIf(isUnix)("a link", () => {
  test("stays, and the file behind it is written", async () => {
    const target = join(directory, "dotfiles.json");
    writeFileSync(target, "before");
    symlinkSync("../dotfiles.json", file);
    const { file: written } = await apply("before", "after");
    expect(written).toBe(target);
    expect([readlinkSync(file), readFileSync(target, "utf8")]).toEqual(["../dotfiles.json", "after"]);
  });

  test("to a file that is yet to be made stays too", async () => {
    symlinkSync(join(directory, "dotfiles.json"), file);
    expect(await readConfigText(file)).toBeNull();
    expect(await apply(null, "after")).toMatchObject({ file: join(directory, "dotfiles.json"), madeFile: true });
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
  });

  test.each([
    ["in a circle", "settings.json"],
    ["into a directory that is not there", "/nowhere/at/all/settings.json"],
  ])("that leads %s is refused", async (_, target) => {
    symlinkSync(target, file);
    expect(await refusal(file, null)).toMatchObject({
      code: "CLIENT_FILE_UNUSABLE",
      message: expect.stringContaining(file),
      hint: expect.stringContaining("Nothing was changed."),
    });
  });
});

describe("refused with its name and the next step, and left as it is:", () => {
  const refused = { code: "CLIENT_FILE_UNUSABLE", hint: expect.stringContaining("Nothing was changed.") };

  test("a file that was changed since it was read", async () => {
    writeFileSync(file, "changed");
    expect(await refusal(file, "before")).toMatchObject(refused);
    expect(await refusal(file, null)).toMatchObject(refused);
    expect(readFileSync(file, "utf8")).toBe("changed");
    expect(existsSync(backupDirectory(home))).toBe(false);
  });

  test("a file that is gone since it was read", async () => {
    expect(await refusal(file, "before")).toMatchObject(refused);
    expect(existsSync(file)).toBe(false);
  });

  test("a read-only file, also for root", async () => {
    writeFileSync(file, "before");
    chmodSync(file, 0o444);
    const error = await refusal(file, "before");
    expect([error.message, readFileSync(file, "utf8")]).toEqual([`${file} is read-only.`, "before"]);
  });

  test.runIf(isUnix)("a file in a read-only directory, also for root", async () => {
    writeFileSync(file, "before");
    chmodSync(dirname(file), 0o555);
    expect(await refusal(file, "before")).toMatchObject(refused);
    expect(await refusal(join(dirname(file), "new.json"), null)).toMatchObject(refused);
    expect(readdirSync(dirname(file))).toEqual(["settings.json"]);
  });

  test("a directory", async () => {
    expect(await refusal(dirname(file), null)).toMatchObject(refused);
  });

  test.runIf(isUnix)("a pipe and a device, without waiting for them", async () => {
    execFileSync("mkfifo", [file]);
    expect(await refusal(file, null)).toMatchObject(refused);
    expect(await refusal("/dev/zero", null)).toMatchObject(refused);
  });

  test("a file of more than 20 MB", async () => {
    writeFileSync(file, "");
    truncateSync(file, 20_000_001);
    expect(await refusal(file, "")).toMatchObject(refused);
  });

  test("a file that is not UTF-8", async () => {
    writeFileSync(file, Buffer.from("\uFEFF{}", "utf16le"));
    expect((await refusal(file, "")).message).toContain("is not UTF-8");
  });

  test("a path through a file", async () => {
    writeFileSync(file, "before");
    expect(await refusal(join(file, "below"), null)).toMatchObject(refused);
  });

  test.runIf(isUnix)("a file with a second name, which a rename would part from it", async () => {
    writeFileSync(file, "before");
    linkSync(file, join(directory, "second"));
    expect((await refusal(file, "before")).message).toContain("hard links");
    expect(readFileSync(join(directory, "second"), "utf8")).toBe("before");
  });

  test("a home that cannot hold the backup", async () => {
    writeFileSync(file, "before");
    writeFileSync(home, "in the way");
    expect((await refusal(file, "before")).code).toBe("HOME_UNUSABLE");
    expect(readFileSync(file, "utf8")).toBe("before");
  });
});

test("two runs at once do their work one after the other, and one that waits too long says so", async () => {
  const order: string[] = [];
  let release = () => {};
  const isHeld = new Promise<void>((resolve) => {
    release = resolve;
  });
  let started = () => {};
  const hasStarted = new Promise<void>((resolve) => {
    started = resolve;
  });
  const first = withSetupLock(home, async () => {
    started();
    await isHeld;
    order.push("first");
  });
  await hasStarted;
  const late = withSetupLock(home, async () => order.push("late"), { waitMs: 0 });
  await expect(late).rejects.toMatchObject({ code: "CLIENT_FILE_UNUSABLE" });
  const second = withSetupLock(home, async () => order.push("second"));
  release();
  await Promise.all([first, second]);
  expect(order).toEqual(["first", "second"]);
});
