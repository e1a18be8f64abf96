import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imageName } from "./image-name.ts";
import { otherVersion } from "./image-version.ts";

// A program in docker's place is a script, which Windows does not run.
describe.skipIf(process.platform === "win32")("an image that a person named", () => {
  let directory: string;
  beforeAll(async () => (directory = await mkdtemp(join(tmpdir(), "commons image "))));
  afterAll(() => rm(directory, { recursive: true, force: true }));

  async function said(label: string, image = "mine:1"): Promise<string | null> {
    const command = join(directory, "docker");
    await writeFile(command, `#!/bin/sh\necho '${label}'\n`, { mode: 0o755 });
    const runtime = { kind: "docker", command } as const;
    const problem = await otherVersion({ runtime, env: {}, image, program: { version: "1.2.3" } });
    return problem?.message ?? null;
  }

  it("is told to be of another version, or of none that is known", async () => {
    expect(await said("1.2.3")).toBeNull();
    expect(await said("1.1.0")).toBe("The image mine:1 is of version 1.1.0, this program of 1.2.3.");
    expect(await said("<no value>")).toContain("of no known version");
  });

  it("is asked about only when it is not this version's own", async () => {
    expect(await said("0.0.1", imageName("session", { version: "1.2.3" }))).toBeNull();
  });
});
