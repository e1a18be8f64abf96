import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgentHome } from "../fixtures/agent-home.ts";
import { engineOrSkip } from "../fixtures/containers/engine-or-skip.ts";
import { baseImage, buildProgramImages, makeBaseImage } from "../fixtures/containers/offline-images.ts";

interface SetupOutput {
  readonly agents: readonly {
    readonly outcome: string;
    readonly error: unknown;
    readonly check: { readonly kind: string; readonly reason?: string; readonly stderr?: string } | null;
  }[];
}

const found = await engineOrSkip("commons setup --docker");
afterAll(() => found?.close());

/** Only in an engine of the test's own: in a developer's, other things of this program may stand. */
const isOwn = found !== null && found.daemon !== null;
if (found !== null && !isOwn) console.warn("SKIPPED: commons setup --docker: the engine is somebody else's");

describe.skipIf(!isOwn)("commons setup --docker", { timeout: 120_000 }, () => {
  // Safe: without an engine nothing of this block runs.
  const engine = found!;
  let person: AgentHome;
  beforeAll(() => {
    person = new AgentHome(engine.env);
    person.write(".codex/config.toml", 'model = "x"\n');
  });
  afterAll(() => person.close());

  it("refuses to change anything where the image is yet to be built", async () => {
    const { code, stderr } = await person.run("setup", "--docker", "--yes");
    expect([code, stderr]).toEqual([
      5,
      expect.stringContaining("next: Build it from this installation: commons image"),
    ]);
    expect(person.read(".codex/config.toml")).toBe('model = "x"\n');
  });

  it("writes an entry whose session starts in a container, and uninstall --containers takes ours and no others", async () => {
    makeBaseImage(engine);
    const restoreImages = await buildProgramImages(engine);
    const others = ["run", "--detach", "--label", "io.someone.else=1", baseImage, "node", "-e"];
    await engine.must([...others, "setInterval(() => {}, 1000)"]);
    await engine.must(["volume", "create", "--label", "io.chroma-commons.part=chroma-data", "commons-test-volume"]);
    try {
      const { code, output } = await person.json<SetupOutput>("setup", "--docker", "--yes");
      expect(output.agents).toMatchObject([{ outcome: "changed", error: null, check: { kind: "ok" } }]);
      expect(code).toBe(0);
      const text = person.read(".codex/config.toml");
      expect(text).toContain('"--docker"');
      expect(text).toContain(engine.env["DOCKER_HOST"]);

      const { code: removed } = await person.run("uninstall", "--containers", "--yes");
      expect(removed).toBe(0);
      const ours = [
        "images",
        "--filter",
        "label=io.chroma-commons.image",
        "--format",
        "{{.ID}} {{.Repository}}:{{.Tag}}",
      ];
      expect(await engine.must(ours)).toBe("");
      expect((await engine.must(["ps", "--quiet"])).split("\n").filter(Boolean)).toHaveLength(1);
      expect(await engine.must(["volume", "ls", "--quiet"])).toContain("commons-test-volume");
      expect(person.read(".codex/config.toml")).toBe('model = "x"\n');

      await person.run("uninstall", "--containers", "--data", "--yes");
      expect(await engine.must(["volume", "ls", "--quiet"])).toBe("");
    } finally {
      const left = (await engine.must(["ps", "--all", "--quiet"])).split("\n").filter(Boolean);
      if (left.length > 0) await engine.must(["rm", "--force", ...left]);
      await restoreImages();
    }
  });
});
