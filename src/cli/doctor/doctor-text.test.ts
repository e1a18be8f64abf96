import { expect, test } from "vitest";
import type { Terminal } from "../output/terminal.ts";
import { doctorLines } from "./doctor-text.ts";
import { ok, skipped, warning } from "./finding.ts";

const terminal: Terminal = {
  isTerminal: true,
  columns: 80,
  write: () => undefined,
  line: () => undefined,
  style: (_name, text) => text,
};

const areas = [
  { area: "hub", findings: [ok("the hub runs"), warning("Its log has errors.", "Read it.")] },
  { area: "disk", findings: [ok(`there is room on ${"a very long word ".repeat(8)}`)] },
  { area: "mirror", findings: [skipped("not compared; --deep does that")] },
];

test("only an area that was looked at and has no finding is called well", () => {
  expect(doctorLines(terminal, areas, false)).toEqual([
    "warning  hub: Its log has errors.",
    "         next: Read it.",
    "ok: disk",
    "mirror: not compared; --deep does that",
  ]);
});

test("with all facts no line is wider than 80 columns", () => {
  const lines = doctorLines(terminal, areas, true);
  expect(lines).toContain("-        mirror: not compared; --deep does that");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
});
