import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { finished } from "node:stream/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freePath, writeWhole } from "./exports-directory.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "commons-exports-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const at = (name: string) => join(directory, name);
const write = (path: string, isReplacing: boolean) =>
  writeWhole(path, { isReplacing }, async (begin) => {
    const stream = await begin();
    stream.end("new");
    await finished(stream);
  });

describe("a written export", () => {
  test("replaces a file only when asked", async () => {
    writeFileSync(at("a.gz"), "old");
    await expect(write(at("a.gz"), false)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    expect(readFileSync(at("a.gz"), "utf8")).toBe("old");
    await write(at("a.gz"), true);
    expect(readFileSync(at("a.gz"), "utf8")).toBe("new");
    expect(readdirSync(directory)).toEqual(["a.gz"]);
  });

  test.each([false, true])(
    "never takes the place of a link, whether files are replaced or not (%s)",
    async (replace) => {
      writeFileSync(at("aim"), "old");
      symlinkSync("aim", at("link"));
      await expect(write(at("link"), replace)).rejects.toMatchObject({
        code: "PATH_WRONG_KIND",
        hint: expect.stringContaining("give - instead"),
      });
      expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
      expect(readFileSync(at("aim"), "utf8")).toBe("old");
    },
  );

  test.skipIf(process.platform === "win32")("nor that of a pipe", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    await expect(write(at("pipe"), true)).rejects.toMatchObject({ code: "PATH_WRONG_KIND" });
    expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
  });
});

describe("a free path", () => {
  test.each([
    ["app.jsonl.gz", [], "app.jsonl.gz"],
    ["app.jsonl.gz", ["app.jsonl.gz", "app-2.jsonl.gz"], "app-3.jsonl.gz"],
    ["app.gz", ["app.gz"], "app-2.gz"],
    ["app", ["app"], "app-2"],
  ])("for %s beside %j is %s", async (name, there, free) => {
    for (const file of there) writeFileSync(at(file), "");
    expect(basename(await freePath(directory, name))).toBe(free);
  });
});
