import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import { ensureHubToken, readHubToken, rotateHubToken } from "./hub-token.ts";
import { loadHubToken } from "./secrets.ts";

describe("the hub's token", () => {
  let directory: string;
  let file: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "token-"));
    file = join(directory, "hub", "token");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("is 32 random bytes in a file for the user alone, and stays the same until it is rotated", () => {
    expect(readHubToken(file)).toBeNull();
    const token = ensureHubToken(file);
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(ensureHubToken(file)).toBe(token);
    const next = rotateHubToken(file);
    expect(next).not.toBe(token);
    expect(readHubToken(file)).toBe(next);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(directory, "hub"))).toEqual(["token"]);
  });

  it.each([
    ["that others may read", () => chmodSync(file, 0o640), /may be read or written by others/],
    ["that is a link", () => (rmSync(file), symlinkSync("/etc/passwd", file)), /is a link/],
    ["that holds something else", () => writeFileSync(file, "short"), /holds no token/],
    ["that is empty", () => writeFileSync(file, ""), /holds no token/],
  ])("is refused with the way out in a file %s", (_what, spoil, fact) => {
    ensureHubToken(file);
    spoil();
    expect(thrownBy(() => ensureHubToken(file))).toMatchObject({
      code: "HOME_UNUSABLE",
      message: expect.stringMatching(fact),
      hint: expect.stringContaining("--rotate"),
    });
  });

  it.runIf(process.getuid?.() === 0)("is refused in a file of another owner (needs root to make one)", async () => {
    ensureHubToken(file);
    const { chownSync } = await import("node:fs");
    chownSync(file, 65_534, 65_534);
    expect(() => ensureHubToken(file)).toThrowError(/another user/);
  });
});

describe("the token of a hub elsewhere", () => {
  it("comes from the environment before a file, and shows itself to nobody who does not ask", () => {
    const directory = mkdtempSync(join(tmpdir(), "token-"));
    try {
      const file = join(directory, "token");
      writeFileSync(file, "from-the-file\n", { mode: 0o600 });
      expect(loadHubToken({})).toBeNull();
      const secret = loadHubToken({ COMMONS_HUB_TOKEN_FILE: file });
      expect(secret?.reveal()).toBe("from-the-file");
      expect(JSON.stringify(secret)).not.toContain("from-the-file");
      expect(loadHubToken({ COMMONS_HUB_TOKEN: "given", COMMONS_HUB_TOKEN_FILE: file })?.reveal()).toBe("given");
      writeFileSync(file, "two words");
      expect(() => loadHubToken({ COMMONS_HUB_TOKEN_FILE: file })).toThrowError(/holds no token/);
      expect(() => loadHubToken({ COMMONS_HUB_TOKEN_FILE: directory })).toThrowError(/no token's file/);
      expect(() => loadHubToken({ COMMONS_HUB_TOKEN_FILE: join(directory, "none") })).toThrowError(/ENOENT/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
