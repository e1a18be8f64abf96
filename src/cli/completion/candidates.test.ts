import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { Interruption } from "../interruption.ts";
import type { Terminal } from "../output/terminal.ts";
import { createProgram } from "../program.ts";
import { expectedAt } from "./candidates.ts";

const terminal: Terminal = {
  isTerminal: false,
  columns: 80,
  write: () => undefined,
  line: () => undefined,
  style: (_name, plain) => plain,
};
const program = createProgram({ cwd: "/", stdout: terminal, stderr: terminal, interruption: new Interruption() });

function valuesAt(line: string): string[] {
  const expected = expectedAt(program, line.split(" "));
  return expected.kind === "words" ? expected.words.map(({ value }) => value) : [`:${expected.kind}`];
}

describe("what may stand at the end of a line", () => {
  it("is a command that the help names", () => {
    const commands = valuesAt("");
    expect(commands).toEqual(expect.arrayContaining(["up", "search", "hub", "completion"]));
    expect(commands).not.toContain("complete");
  });

  it.each([
    ["hub ", "status"],
    ["config ", "set"],
    ["help ", "search"],
    ["completion ", "powershell"],
    ["search --", "--collection"],
    ["search --mode ", "hybrid"],
    ["search words --mode=", "--mode=hybrid"],
    ["search words --limit 3 --mode ", "semantic"],
    ["search --json --", "--mode"],
    ["image build ", "hub"],
    ["mcp --docker --hub ", "socket"],
    ["mcp --runtime=", "--runtime=podman"],
  ])("of `commons %s` also %s", (line, value) => {
    expect(valuesAt(line)).toContain(value);
  });

  it.each([
    ["info ", ":collections"],
    ["export ", ":collections"],
    ["unload ", ":collections"],
    ["delete ", ":collections"],
    ["log ", ":collections"],
    ["similar ", ":collections"],
    ["search x -c ", ":collections"],
    ["ingest . --collection ", ":collections"],
    ["ingest --collection=", ":collections"],
    ["config get ", ":settings"],
    ["config set ", ":settings"],
    ["config set containers.hub ", ":values"],
    ["config get containers.hub ", ":nothing"],
    ["restore ", ":removed"],
    ["keep ", ":temporary"],
    ["setup --client ", ":agents"],
    ["uninstall --client ", ":agents"],
    ["ingest ", ":files"],
    ["up one two ", ":files"],
    ["similar that ", ":files"],
    ["export that ", ":files"],
    ["import ", ":files"],
    ["mcp --workspace ", ":files"],
    ["info that ", ":nothing"],
    ["search ", ":nothing"],
    ["search -- --mo", ":nothing"],
    ["search --limit ", ":nothing"],
    ["nonsense ", ":nothing"],
  ])("of `commons %s` is %s", (line, kind) => {
    expect(valuesAt(line)).toEqual([kind]);
  });

  it("is no option that was given already, save one that takes a list", () => {
    expect(valuesAt("search x --json --")).not.toContain("--json");
    expect(valuesAt("ingest --extensions ts --")).toContain("--extensions");
  });
});

it("every argument that takes a collection is completed with collections", () => {
  const every = (command: Command): Command[] => [command, ...command.commands.flatMap(every)];
  const pathOf = (command: Command): string =>
    command.parent === null ? "" : `${pathOf(command.parent)}${command.name()} `;
  const lines = every(program).flatMap((command) =>
    command.options
      .filter(({ long, required }) => long === "--collection" && required)
      .map(() => `${pathOf(command)}--collection `),
  );
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) expect([line, ...valuesAt(line)]).toEqual([line, ":collections"]);
});
