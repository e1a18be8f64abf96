import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Command } from "commander";
import type { CliContext } from "../../src/cli/cli-context.ts";
import { Interruption } from "../../src/cli/interruption.ts";
import type { Terminal } from "../../src/cli/output/terminal.ts";
import { createProgram } from "../../src/cli/program.ts";
import { CommandLine } from "../fixtures/command-line.ts";
import { runGit } from "../fixtures/git-repository.ts";
import { joinHub, type RawSession } from "../fixtures/raw-hub.ts";
import { jpegBytes } from "../fixtures/samples/image-bytes.ts";

let text = "";
const write = (part: string) => void (text += part);
const terminal: Terminal = {
  isTerminal: false,
  columns: 80,
  write,
  line: (line = "") => write(`${line}\n`),
  style: (_name, plain) => plain,
};
const context: CliContext = { cwd: "/", stdout: terminal, stderr: terminal, interruption: new Interruption() };

const every = (command: Command): Command[] => [command, ...command.commands.flatMap((inner) => every(inner))];
const commands = createProgram(context).commands.flatMap((command) => every(command));

function helpOf(command: Command): string {
  text = "";
  command.outputHelp();
  return text;
}

const examples = commands.flatMap((command) =>
  [...helpOf(command).matchAll(/^ {2}\$ (commons .*)$/gm)].map(([, line = ""]) => line),
);

/** A live agent of that home which has a collection of its own; what was kept of an earlier one is out of the way. */
async function loadVacation(cli: CommandLine): Promise<RawSession> {
  const { collections } = await cli.json<{ collections: { name: string }[] }>("list");
  if (collections.some(({ name }) => name === "vacation")) await cli.run("unload", "vacation", "--force");
  const agent = await joinHub(cli.state, { space: "default", agent: "photographer" });
  await agent.get("collections.ensure", { collection: "vacation", kind: "temporary" });
  return agent;
}

describe("help", () => {
  const cli = new CommandLine();
  const agents: RawSession[] = [];
  afterAll(async () => {
    for (const agent of agents) agent.leave();
    await cli.close();
  });

  it("of every command has an example", () => {
    expect(commands.length).toBeGreaterThan(15);
    const without = commands.filter((command) => !helpOf(command).includes("Examples:\n  $ "));
    expect(without.map((command) => command.name())).toEqual([]);
  });

  it("names every command and every exit code", async () => {
    const { code, stdout } = await cli.run();
    expect(code).toBe(0);
    const program = createProgram(context);
    for (const command of program.createHelp().visibleCommands(program))
      expect(stdout).toMatch(new RegExp(`^  ${command.name()} `, "m"));
    expect(stdout).toContain("Exit codes: 0 done");
    expect((await cli.run("--help")).stdout).toBe(stdout);
  });

  it("of a command that does not exist is an error with the nearest name", async () => {
    const { code, stdout, stderr } = await cli.run("serch", "--help");
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: Unknown command 'serch'.\nnext: Did you mean search?\n",
    });
  });

  it("shows only examples that work, one after another in one directory", { timeout: 120_000 }, async () => {
    cli.write({
      "src/login.ts": "export function login() {\n  return 'session';\n}\n",
      "docs/guide.md": "# Guide\n\nHow to log in.\n",
      "old.md": "# Guide\n\nHow to log in.\n",
      "new.md": "# Guide\n\nHow to log out.\n",
    });
    for (const name of ["a.jpg", "b.jpg"]) writeFileSync(join(cli.workspace, name), jpegBytes());
    // An uncommitted change is one of a repository.
    runGit(cli.workspace, "init", "-q");
    expect(examples.length).toBeGreaterThan(25);
    // Without --list, commons watch goes on until Ctrl-C: see cli-watch.test.ts. There is no ChromaDB to adopt from: see foreign-collections.test.ts.
    // An image needs an engine of containers: see containers.test.ts.
    const ending = examples.filter((example) => !/^commons (adopt|image|watch(?!.*--(list|stop)))/.test(example));
    for (const example of ending) {
      // What an example needs that no example before it makes.
      if (example.includes("backend_code")) await cli.json("ingest", "docs", "-c", "backend_code");
      if (example.startsWith("commons keep")) agents.push(await loadVacation(cli));
      const { code, stderr } = await cli.shell(example);
      // As that help says: 1 is for files that differ.
      const wanted = example === "commons compare old.md new.md" ? 1 : 0;
      expect({ example, code, stderr: code === wanted ? "" : stderr }).toEqual({ example, code: wanted, stderr: "" });
    }
  });
});
