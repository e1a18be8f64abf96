import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { CommandLine } from "../fixtures/command-line.ts";
import { eventually } from "../fixtures/world.ts";

const cli = new CommandLine();
afterAll(() => cli.close());

function start(...args: string[]) {
  const { child, ended } = cli.start(["watch", ...args]);
  const output = { text: "" };
  child.stdout?.on("data", (part: string) => (output.text += part));
  return { child, ended, output, until: (text: string) => eventually(text, () => output.text.includes(text)) };
}

describe("commons watch", { timeout: 180_000 }, () => {
  it("ingests, says each change in a line, and ends with Ctrl-C without leaving a watch", async () => {
    cli.write({ "a.md": "# A\n", "b.md": "# B\n" });
    const { child, ended, output, until } = start("--collection", "notes");
    await until("Ctrl-C ends it");
    expect(output.text).toContain("notes: 2 added");
    mkdirSync(join(cli.workspace, "sub"));
    writeFileSync(join(cli.workspace, "sub/c.md"), "# C\n");
    await until("sub/c.md: 1 added");
    rmSync(join(cli.workspace, "a.md"));
    await until("a.md: 1 removed");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stdout: expect.not.stringContaining("the watch stays") });
    const again = start("--collection", "notes", "--json");
    await again.until('"event":"working"');
    expect(JSON.parse(again.output.text.split("\n")[0] ?? "")).toMatchObject({
      collection: "notes",
      report: { files: { added: 0, unchanged: 2 } },
    });
    again.child.kill("SIGTERM");
    expect((await again.ended).code).toBe(143);
  });

  it("leaves a second one standing by, which goes on when the first is killed", async () => {
    cli.write({ "docs/a.md": "# A\n" });
    const first = start("docs", "--collection", "shared_docs");
    await first.until("Ctrl-C ends it");
    const second = start("docs", "--collection", "shared_docs");
    await second.until("does the work; going on when it ends");
    first.child.kill("SIGKILL");
    await once(first.child, "close");
    await second.until("watching; Ctrl-C ends it");
    cli.write({ "docs/b.md": "# B\n" });
    await second.until("b.md: 1 added");
    second.child.kill("SIGINT");
    const { stdout } = await second.ended;
    expect(stdout).toContain("the watch stays");
    const { watched } = await cli.json<{ watched: { collection: string }[] }>("watch", "--list");
    expect(watched).toMatchObject([{ collection: "shared_docs" }]);
    expect((await cli.run("watch", "--list")).stdout).toMatch(
      /1 watched folder, 1 paused:\n.*docs into shared_docs: paused/,
    );
    expect((await cli.run("watch", "--stop", "docs")).stdout).toMatch(/stopped watching .*docs into shared_docs/);
    expect((await cli.run("watch", "--list")).stdout).toBe("no folder is watched\n");
    expect(await cli.run("watch", "--stop", "docs")).toMatchObject({ code: 3 });
  });

  it("refuses a file and what does not exist", async () => {
    cli.write({ "a.md": "# A\n" });
    const file = await cli.run("watch", "a.md");
    expect(file).toMatchObject({ code: 2, stderr: expect.stringContaining("is a file, not a directory") });
    expect((await cli.run("watch", "none")).code).toBe(3);
  });
});
