import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { imagesSamples } from "../fixtures/samples/images.ts";
import { runToEnd, World, commonsBin, type Agent } from "../fixtures/world.ts";

describe("extract_exif and commons exif", { timeout: 180_000 }, () => {
  let world: World;
  let workspace: string;
  let agent: Agent;

  beforeAll(async () => {
    world = await World.open();
    workspace = await world.workspace("photos", { "notes.md": "# Notes\n", "broken.jpg": "no picture" });
    await mkdir(join(workspace, "trip"));
    for (const { path, bytes } of imagesSamples) await writeFile(join(workspace, "trip", path), await bytes());
    const outside = await world.workspace("outside", {});
    await writeFile(join(outside, "secret.jpg"), (await imagesSamples[0]?.bytes()) ?? "");
    await symlink(join(outside, "secret.jpg"), join(workspace, "link.jpg"));
    agent = await world.agent(workspace);
  });
  afterAll(() => world.close());

  it("a folder gives a summary of all images and a table, and says what could not be read", async () => {
    const text = await agent.call("extract_exif", { path: "/workspace" });
    expect(text).toMatch(/^\/workspace: 19 images, .*: 15 with EXIF, 4 without\.$/m);
    expect(text).toMatch(/^Cameras: Canon EOS R5 \d+; /m);
    expect(text).toMatch(/^Could not be read: 1 file\.\n- broken\.jpg: damaged/m);
    expect(text).toMatch(/symlink-outside: 1 \(link\.jpg\)/);
    expect(text).toMatch(
      /^trip\/camera\.jpg \| 2024-07-14 19:32:05\.120 \+02:00 \| Canon EOS R5 \| .* \| Paris, France$/m,
    );
  });

  it("an image gives its facts in groups and every tag; what is no image says so", async () => {
    const text = await agent.call("extract_exif", { path: "trip/camera.jpg" });
    expect(text).toContain(`- degrees: 48 deg 51' 29.52" N, 2 deg 17' 40.20" E`);
    expect(text).toMatch(/^\[GPS\]\nGPSLatitudeRef: North latitude$/m);
    expect(text).toContain("dc:subject: Paris; river & boats");
    expect(await agent.callExpectingError("extract_exif", { path: "notes.md" })).toMatch(
      /^FILE_NOT_READABLE: notes\.md .*\nNext: list_file_types/,
    );
  });

  it("paths outside are refused, and missing ones named", async () => {
    expect(await agent.callExpectingError("extract_exif", { path: "../outside" })).toMatch(/^PATH_OUTSIDE_WORKSPACE/);
    expect(await agent.callExpectingError("extract_exif", { path: "link.jpg" })).toMatch(/^PATH_OUTSIDE_WORKSPACE/);
    expect(await agent.callExpectingError("extract_exif", { path: "trap" })).toMatch(/^PATH_NOT_FOUND.*\n.*trip/);
  });

  it("images of a directory that the configuration adds are read as well", async () => {
    const extra = await world.workspace("extra", {});
    await writeFile(join(extra, "one.jpg"), (await imagesSamples[0]?.bytes()) ?? "");
    const allowed = await world.agent(workspace, { args: ["--allow", extra] });
    expect(await allowed.call("extract_exif", { path: extra })).toMatch(/: 1 image, .*\n[^]*^one\.jpg \| 2024-07-14/m);
    expect(await allowed.call("extract_exif", { path: join(extra, "one.jpg") })).toContain("- camera: Canon EOS R5");
    await allowed.close();
  });

  it("commons exif prints the same for people and as JSON, without a hub", async () => {
    const run = (...args: string[]) =>
      runToEnd(process.execPath, [commonsBin, "exif", ...args], { cwd: workspace, env: world.env });
    const { stdout } = await run("trip", "--json", "--max-files", "2");
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "many",
      photos: [{ path: "camera.jpg", photo: { facts: { camera: "Canon EOS R5" } } }, { path: "canon.cr2" }],
      summary: { files: 2, isTruncated: true },
    });
    expect((await run("trip/camera.jpg")).stdout).toMatch(/^ {2}camera +Canon EOS R5$/m);
  });
});
