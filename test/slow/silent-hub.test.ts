import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CommandLine } from "../fixtures/command-line.ts";

let cli: CommandLine;
beforeEach(() => (cli = new CommandLine()));
afterEach(() => cli.close());

it("a hub that lives and does not answer is not taken for none", { timeout: 60_000 }, async () => {
  const { hub } = await cli.json<{ hub: { pid: number } }>("hub", "start");
  process.kill(hub.pid, "SIGSTOP");
  try {
    const asked = [["status"], ["hub", "stop"], ["doctor", "--fix", "--yes"]] as const;
    const [status, stop, doctor] = await Promise.all(asked.map((args) => cli.run(...args)));
    const said = `A hub runs (pid ${hub.pid}) and does not answer.`;
    for (const answer of [status, stop])
      expect(answer).toMatchObject({
        code: 5,
        stdout: "",
        stderr: expect.stringContaining(`error: ${said}\nnext: `),
      });
    expect(doctor?.stdout.match(/A hub runs \(pid \d+\) and does not answer/g)).toHaveLength(1);
    expect(existsSync(join(cli.state, "hub", "hub.sock"))).toBe(true);
  } finally {
    process.kill(hub.pid, "SIGCONT");
  }
  expect(await cli.json<{ readonly hub: { readonly pid: number } }>("status")).toMatchObject({ hub: { pid: hub.pid } });
});
