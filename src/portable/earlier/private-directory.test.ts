import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { makePrivateDirectory } from "./private-directory.ts";

const parent = mkdtempSync(join(tmpdir(), "commons-private-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

const module = fileURLToPath(new URL("./private-directory.ts", import.meta.url));

/** Makes one in another process, which then ends as `end` says; gives what is left of it. */
function leftBy(end: string): string[] {
  const script = `
    import { makePrivateDirectory } from ${JSON.stringify(module)};
    import { writeFileSync } from "node:fs";
    const { path } = await makePrivateDirectory(${JSON.stringify(parent)});
    writeFileSync(path + "/copy", "x");
    ${end}`;
  const { signal, status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script]);
  expect({ isEnded: signal !== null || status === 0, stderr: String(stderr) }).toMatchObject({ isEnded: true });
  return readdirSync(parent);
}

describe("a private directory for copies", () => {
  it("goes when it is closed, and when its process ends before that", async () => {
    const { path, close } = await makePrivateDirectory(parent);
    writeFileSync(join(path, "copy"), "x");
    await close();
    expect(readdirSync(parent)).toEqual([]);
    expect(leftBy("process.exit(0)")).toEqual([]);
  });

  it("that a killed process left goes at the next run, and no other does", async () => {
    const [left = ""] = leftBy('process.kill(process.pid, "SIGKILL")');
    expect(existsSync(join(parent, left, "copy"))).toBe(true);
    const elsewhere = left.replace(/migrate-[0-9a-f]{8}/, "migrate-00000000");
    writeFileSync(join(parent, "commons-migrate-notes"), "a person's");
    writeFileSync(join(parent, elsewhere), "of another machine");
    const first = await makePrivateDirectory(parent);
    const second = await makePrivateDirectory(parent);
    const there = readdirSync(parent).map((name) => join(parent, name));
    await first.close();
    await second.close();
    expect(there.toSorted()).toEqual(
      [first.path, second.path, join(parent, elsewhere), join(parent, "commons-migrate-notes")].toSorted(),
    );
  });
});
