import { expect, it } from "vitest";
import { pipeName } from "./paths.ts";

it.each([
  "C:\\Users\\Ann\\.chroma-commons",
  "c:\\users\\ann\\.chroma-commons",
  "C:/Users/Ann/.chroma-commons/",
  "\\\\?\\C:\\Users\\Ann\\.chroma-commons",
])("a home on Windows has one pipe, however it is written: %s", (home) => {
  expect(pipeName(home, "Ann")).toBe(pipeName("C:\\Users\\Ann\\.chroma-commons", "Ann"));
  expect(pipeName(home, "Ann")).toMatch(/^\\\\\.\\pipe\\chroma-commons-Ann-[0-9a-f]{16}$/);
});

it("two homes have two pipes", () => {
  expect(pipeName("C:\\Users\\Ann\\a", "Ann")).not.toBe(pipeName("C:\\Users\\Ann\\b", "Ann"));
});

it.each([
  ["Ann Lee", "Ann-Lee"],
  ["CORP\\ann", "CORP-ann"],
  ["..\\..", "..-.."],
  ["", "user"],
  ["x".repeat(400), "x".repeat(32)],
])("a user called %s has a pipe whose name is one part", (user, shown) => {
  expect(pipeName("C:\\h", user)).toMatch(
    new RegExp(String.raw`^\\\\\.\\pipe\\chroma-commons-${shown.replaceAll(".", "\\.")}-\w{16}$`),
  );
});
