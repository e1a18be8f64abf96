import { describe, expect, it } from "vitest";
import { displayWidth, fit, printable } from "./printable-text.ts";
import { tableLines } from "./table.ts";

const columns = [
  { header: "NAME" },
  { header: "WORKSPACE", minWidth: 8, keep: "end" as const },
  { header: "CHUNKS", align: "right" as const },
];

describe("a table", () => {
  it("aligns its columns, with numbers at the right", () => {
    const lines = tableLines(
      columns,
      [
        ["web", "/home/a/web", "7"],
        ["longer-name", "/b", "1,204"],
      ],
      80,
    );
    expect(lines).toEqual([
      "NAME         WORKSPACE    CHUNKS",
      "web          /home/a/web       7",
      "longer-name  /b            1,204",
    ]);
  });

  it("fits a narrow terminal by cutting only what may be cut, and keeps the end of paths", () => {
    const lines = tableLines(columns, [["web", "/home/somebody/projects/web/frontend", "7"]], 30);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(30);
    expect(lines[1]).toContain("web   …");
    expect(lines[1]).toContain("/frontend");
    expect(lines[1]).toMatch(/7$/);
  });

  it("cuts no column below its least width, even when it then does not fit", () => {
    const lines = tableLines(columns, [["a-name-that-may-not-be-cut", "/home/somebody/web", "7"]], 10);
    expect(lines[1]).toContain("a-name-that-may-not-be-cut");
    expect(lines[1]).toContain("…ody/web");
  });

  it("is not cut when the width is unlimited", () => {
    const path = `/${"x".repeat(500)}`;
    expect(tableLines(columns, [["a", path, "1"]], Number.POSITIVE_INFINITY)[1]).toContain(path);
  });

  it("keeps its rows on one line whatever a cell holds", () => {
    const lines = tableLines(columns, [["a\nb", "\u001b[31mred\u001b[0m", "1"]], 80);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe("a b   red             1");
  });
});

describe("text for a terminal", () => {
  it("carries no escape sequence, bell or reordering mark of a file", () => {
    const shown = printable("a\u001b]0;title\u0007b\u001b[2Jc\u0008\u202edet\nnext\tline");
    expect(shown).not.toMatch(/[[\p{Cc}--\n]\u202e]/v);
    expect(shown).toContain("\nnext  line");
  });

  it("is measured in columns: wide characters take two, accents none", () => {
    expect(displayWidth("日本")).toBe(4);
    expect(displayWidth("e\u0301")).toBe(1);
    expect(displayWidth("\u001b[1mbold\u001b[22m")).toBe(4);
    expect(fit("日本語のファイル", 5)).toBe("日本…");
  });
});
