import { describe, expect, it } from "vitest";
import { similarSubject, withLines } from "./similar-input.ts";

describe("what to find the like of", () => {
  it("is the code, the path, or the whole workspace", () => {
    expect(similarSubject({ code: "a()", isChangedOnly: false })).toEqual({ kind: "code", code: "a()" });
    expect(similarSubject({ path: "src", isChangedOnly: true })).toEqual({ kind: "path", path: "src", lines: null });
    expect(similarSubject({ isChangedOnly: false })).toEqual({ kind: "workspace" });
  });

  it("may be lines of a file, open at either end", () => {
    const lines = (startLine?: number, endLine?: number) =>
      similarSubject({ path: "a.ts", startLine, endLine, isChangedOnly: false });
    expect(lines(3, 9)).toMatchObject({ lines: { start: 3, end: 9 } });
    expect(lines(undefined, 9)).toMatchObject({ lines: { start: 1, end: 9 } });
    expect(lines(3)).toMatchObject({ lines: { start: 3, end: Number.MAX_SAFE_INTEGER } });
    expect(() => lines(9, 3)).toThrow(/9 to 3 are no range/);
  });

  it.each([
    [{ code: "a", path: "b" }, /Give code, or a path, or changed/],
    [{ code: "a", isChangedOnly: true }, /Give code, or a path, or changed/],
    [{ code: "a", startLine: 1 }, /no path was given/],
    [{ code: " \n\t" }, /The code is empty/],
    [{ code: "x".repeat(1_000_001) }, /more than 1,000,000 characters/],
  ])("is refused when it means nothing: %#", (given, message) => {
    expect(() => similarSubject({ isChangedOnly: false, ...given })).toThrow(message);
  });

  it("reads lines at the end of a path, and leaves other colons alone", () => {
    expect(withLines("src/a.ts:10-40")).toEqual({ path: "src/a.ts", lines: { start: 10, end: 40 } });
    expect(withLines("src/a.ts:10")).toEqual({ path: "src/a.ts", lines: { start: 10, end: 10 } });
    expect(withLines(String.raw`C:\src\a.ts:3-4`)).toMatchObject({ path: String.raw`C:\src\a.ts` });
    expect(withLines("src/a.ts")).toBeNull();
    expect(withLines("a:b")).toBeNull();
  });
});
