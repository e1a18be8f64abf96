import { expect, test } from "vitest";
import { startsThisProgram, toServerEntry } from "./server-entry.ts";

test.each([
  ["/usr/bin/node", ["/opt/x/bin/commons.mjs", "mcp"], true],
  ["C:\\Program Files\\nodejs\\node.exe", ["C:\\Users\\ann\\chroma-commons\\bin\\commons.mjs", "mcp"], true],
  ["npx", ["-y", "chroma-commons", "mcp"], true],
  ["npx", ["-y", "chroma-commons@1.2.0", "mcp", "--docker"], true],
  ["commons", ["mcp"], true],
  ["commons", ["list"], false],
  ["uvx", ["chroma-mcp"], false],
  ["node", ["/home/ann/creative-commons/index.js", "mcp"], false],
])("%s %j starts this program: %s", (command, args, is) => {
  expect(startsThisProgram({ command, args })).toBe(is);
});

test.each([
  [
    { cmd: "/n", args: ["a"], envs: { A: "1" }, enabled: false },
    { command: "/n", args: ["a"], env: { A: "1" }, isEnabled: false },
  ],
  [
    { command: ["/n", "a"], environment: { A: "1" } },
    { command: "/n", args: ["a"], env: { A: "1" } },
  ],
  [{ command: { path: "/n", args: ["a"], env: { A: "1" } } }, { command: "/n", args: ["a"], env: { A: "1" } }],
  [
    { command: 7, args: "a", env: ["A=1"], disabled: true },
    { command: null, args: [], env: {}, isEnabled: false },
  ],
  ["text", { command: null, args: [], env: {}, isEnabled: true }],
])("an entry %j says what it starts", (value, expected) => {
  expect(toServerEntry("x", value)).toMatchObject(expected);
});
