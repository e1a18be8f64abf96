import { describe, expect, it } from "vitest";
import { displayWidth } from "./printable-text.ts";
import { createProgressBoard } from "./progress-board.ts";
import { progressBar, progressLine, type ProgressState } from "./progress-line.ts";
import type { Terminal } from "./terminal.ts";

const state = (change: Partial<ProgressState> = {}): ProgressState => ({
  phase: "reading",
  done: 512,
  total: 1_204,
  unit: "file",
  current: null,
  ...change,
});

function recordingTerminal(): Terminal & { readonly written: () => string } {
  let text = "";
  const write = (part: string) => void (text += part);
  return {
    isTerminal: true,
    columns: 80,
    write,
    line: (line = "") => write(`${line}\n`),
    style: (_name, plain) => plain,
    written: () => text,
  };
}

describe("a line of progress", () => {
  it("shows the share, the phase and the count", () => {
    expect(progressLine("frontend", state(), 80)).toBe(
      "frontend  [==========>             ]  42%  reading  512/1,204 files",
    );
  });

  it("shows no share while the total is not known", () => {
    expect(progressLine("frontend", state({ phase: "scanning", total: null }), 80)).toBe(
      "frontend  scanning  512 files",
    );
  });

  it("never exceeds the terminal, and shows the end of the current path only where there is room", () => {
    const current = "src/components/navigation/a-rather-long-directory-name/menu.tsx";
    const wide = progressLine("frontend", state({ current }), 100);
    expect(displayWidth(wide)).toBeLessThanOrEqual(100);
    expect(wide).toMatch(/…\S*menu\.tsx$/);
    const narrow = progressLine("frontend", state({ current }), 50);
    expect(displayWidth(narrow)).toBeLessThanOrEqual(50);
    expect(narrow).not.toContain("menu");
  });

  it.each([40, 50, 80, 120])("keeps share, count and a bar beside a long path in %d columns", (columns) => {
    const label = "/home/somebody/projects/customers/with-a-long-name/web-application/frontend";
    const line = progressLine(label, state({ phase: "reading and storing", current: "src/menu.tsx" }), columns);
    expect(displayWidth(line)).toBeLessThanOrEqual(columns);
    expect(line).toContain(" 42%");
    expect(line).toContain("512/1,204 files");
    // The end of a path tells more than its start.
    expect(line).toMatch(/^…?\S*rontend {2}/);
    // Share and count take 21 columns; a bar needs 20 more.
    expect(/\[=+> +\]/.test(line)).toBe(columns >= 50);
    expect(line.includes("reading and storing")).toBe(columns >= 80);
  });

  it("keeps the count while the total is not known, however long label and phase are", () => {
    const phase = "looking for files in a directory with a long description of what is done";
    const line = progressLine(`/home/${"x".repeat(90)}`, state({ phase, total: null }), 80);
    expect(displayWidth(line)).toBeLessThanOrEqual(80);
    expect(line).toContain("512 files");
    expect(line).toContain("looking for files");
  });

  it("says 100 % only when all is done", () => {
    expect(progressBar(0.999, 10)).toBe("[=========>]");
    expect(progressBar(1, 10)).toBe("[==========]");
    expect(progressLine("a", state({ done: 999, total: 1_000 }), 80)).toContain(" 99%");
  });
});

describe("a board of progress", () => {
  it("writes one line per phase where nothing can be drawn over", () => {
    const terminal = recordingTerminal();
    const board = createProgressBoard(terminal, { canRedraw: false });
    for (let done = 0; done < 100; done++) board.update("web", state({ done }));
    board.finish("web", "web: 100 files");
    board.close();
    expect(terminal.written()).toBe("web: reading\nweb: 100 files\n");
  });

  it("leaves nothing but finished lines on a terminal that can be drawn over", () => {
    const terminal = recordingTerminal();
    const board = createProgressBoard(terminal, { canRedraw: true });
    board.update("web", state());
    board.update("api", state());
    board.finish("web", "web: 100 files");
    board.close();
    expect(shownBy(terminal.written())).toEqual(["web: 100 files"]);
  });
});

/** The lines a terminal would show: understands newline, carriage return, cursor up and clear line. */
function shownBy(text: string): string[] {
  const lines: string[] = [""];
  let row = 0;
  const tokens = new RegExp(`\u001b${String.raw`\[(\d*)([AK])|[^]`}`, "g");
  for (const [token, up, kind] of text.matchAll(tokens)) {
    if (kind === "A") row -= Number(up);
    else if (kind === "K") lines[row] = "";
    else if (token === "\n") lines[++row] ??= "";
    else if (token !== "\r") lines[row] += token;
  }
  return lines.filter((line) => line !== "");
}

it("a unit that is no word has no plural", () => {
  const far = state({ phase: "comparing", done: 82, total: 736, unit: "kB", current: null });
  expect(progressLine("photos", far, 80)).toMatch(/ 82\/736 kB$/);
  expect(progressLine("photos", { ...far, unit: "file" }, 80)).toMatch(/ 82\/736 files$/);
});
