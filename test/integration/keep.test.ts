import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { joinHub } from "../fixtures/raw-hub.ts";
import { exifSegment, jpegBytes } from "../fixtures/samples/image-bytes.ts";
import { photoTiff } from "../fixtures/samples/images.ts";
import { type Agent, World } from "../fixtures/world.ts";

let world: World;
let photographer: Agent;
let other: Agent;

beforeAll(async () => {
  world = await World.open();
  const photos = await world.workspace("photos", { "notes.txt": "Not a picture.\n" });
  await writeFile(`${photos}/eiffel.jpg`, jpegBytes({ segments: [exifSegment(photoTiff)] }));
  photographer = await world.agent(photos, { name: "photographer" });
  other = await world.agent(await world.workspace("other", { "a.txt": "Something else.\n" }), { name: "other" });
});
afterAll(() => world.close());

const load = (agent: Agent, args: Record<string, unknown>) =>
  agent.call("quick_load", { path: "/workspace", categories: "images", ...args });

// One story, in this order: what is kept stays.
describe("keeping what was loaded", { timeout: 180_000 }, () => {
  test("quick_load takes the words of a user and answers questions about photos at once", async () => {
    const answer = await load(photographer, { collection: "vacation" });
    expect(answer).toContain("vacation: 1 file up to date");
    expect(answer).toContain("only this session sees it");
    expect(await photographer.call("search_context", { query: "Canon EOS R5", collection: "vacation" })).toContain(
      "eiffel.jpg",
    );
  });

  test("a person sees temporary collections and whose they are; an agent does not", async () => {
    const { stdout } = await world.commons(["list"]);
    expect(stdout).toMatch(/Temporary: vacation, 1 document, of photographer .*photos, session [0-9a-f]{8}\n/);
    expect(stdout).toContain("commons keep vacation");
    expect(await other.call("list_collections")).not.toContain("vacation");
    expect(await other.callExpectingError("search_context", { query: "Canon", collection: "vacation" })).toContain(
      "COLLECTION_NOT_FOUND",
    );
  });

  test("an agent may neither list nor keep what is another's, nor may another space", async () => {
    const stranger = await joinHub(world.home, { space: "default", agent: "stranger" });
    const tries = [
      await stranger.call("collections.temporary", {}),
      await stranger.call("collections.keep", { collection: "vacation" }),
    ];
    stranger.leave();
    expect(tries).toMatchObject([{ error: { code: "REQUEST_REFUSED" } }, { error: { code: "REQUEST_REFUSED" } }]);
    const elsewhere = await world.commons(["keep", "vacation", "--space", "elsewhere"]);
    expect(elsewhere).toMatchObject({ code: 3, stdout: "" });
    expect(elsewhere.stderr).not.toContain("photographer");
    expect((await world.commons(["list", "--space", "elsewhere"])).stdout).not.toContain("vacation");
  });

  test("where two sessions have one of that name, the person says whose, and may give another name", async () => {
    await other.call("quick_load", { path: ".", collection: "vacation" });
    const unclear = await world.commons(["keep", "vacation"]);
    expect(unclear.code).toBe(2);
    expect(unclear.stderr).toMatch(/--session: vacation \(session [0-9a-f]{8}, .*\), vacation \(session/);
    const id = /session ([0-9a-f]{8}), other/.exec(unclear.stderr)?.[1] ?? "";
    const taken = await world.commons(["keep", "vacation", "--session", id, "--as", "others_notes"]);
    expect(taken.stdout).toMatch(/^Kept others_notes: 1 document, 1 chunk\. It is permanent now \(receipt \d+\)\.\n$/);
    expect(await photographer.call("search_context", { query: "something", collection: "others_notes" })).toContain(
      "a.txt",
    );
  });

  test("a name that is taken is refused with the way out, and nothing changes", async () => {
    const refused = await world.commons(["keep", "vacation", "--as", "others_notes"]);
    expect(refused).toMatchObject({ code: 4, stdout: "" });
    expect(refused.stderr).toContain("commons keep vacation --as NAME");
    expect((await world.commons(["list"])).stdout).toContain("Temporary: vacation");
  });

  test("quick_load with keep makes the loaded collection permanent and reads nothing again", async () => {
    await other.call("quick_load", { path: ".", collection: "vacation" });
    const answer = await load(photographer, { collection: "vacation", keep: true });
    expect(answer).toMatch(/^Kept vacation: it is permanent and shared now\.\n/);
    expect(answer).toContain("0 added, 0 changed, 0 renamed, 1 unchanged");
    const again = await load(photographer, { collection: "vacation", keep: true });
    expect(again).toMatch(/^Into the existing permanent collection vacation, made by photographer .*photos, shared/);
    expect(await photographer.callExpectingError("quick_load", { path: ".", collection: "vacation" })).toContain(
      "batch_ingest",
    );
  });

  test("what another session loaded under a name that was kept meanwhile is told apart, and kept under another", async () => {
    expect(await other.call("get_collection_info", { collection: "vacation" })).toContain("temporary");
    const refused = await other.callExpectingError("quick_load", { path: ".", collection: "vacation", keep: true });
    expect(refused).toMatch(/permanent collection "vacation" \(1 document\), made by photographer .*photos/);
    expect(refused).toContain('What this session loaded as "vacation" (1 document) is another one');
    expect(refused).toContain('keep_as: "OTHER_NAME"');
    expect(refused).not.toContain("Unload it first");
    const kept = await other.call("quick_load", { path: ".", collection: "vacation", keep_as: "others_copy" });
    expect(kept).toMatch(/^Kept vacation as others_copy: it is permanent and shared now\.\n/);
    expect(kept).toContain("others_copy: 1 file up to date");
  });

  test("a person who keeps what is still being loaded is told that it goes on", async () => {
    const loader = await joinHub(world.home, { space: "default", agent: "loader" });
    await loader.get("collections.ensure", { collection: "large", kind: "temporary" });
    await loader.get("session.describe", { activity: "ingesting 800 of 5,000 files into large" });
    const kept = await world.commons(["keep", "large"]);
    loader.leave();
    expect(kept.stdout).toMatch(/^Kept large: 0 documents, 0 chunks so far, loading goes on\. It is permanent now/);
  });

  test("quick_load with keep writes into nobody else's permanent collection", async () => {
    const refused = await other.callExpectingError("quick_load", { path: ".", collection: "vacation", keep: true });
    expect(refused).toContain("It holds nothing of this workspace.");
    expect(refused).toContain('batch_ingest with collection: "vacation"');
    expect(await photographer.call("get_collection_info", { collection: "vacation" })).not.toContain("a.txt");
  });

  test("what was kept outlives its session, and the log says that it was kept", async () => {
    await photographer.close();
    expect(await other.call("search_context", { query: "Canon EOS R5", collection: "vacation" })).toContain(
      "eiffel.jpg",
    );
    const log = await world.commons(["log"]);
    expect(log.stdout.match(/ keep +(vacation|others_notes|others_copy) /g)).toHaveLength(3);
    const late = await world.commons(["keep", "vacation"]);
    expect(late).toMatchObject({ code: 3 });
    expect(late.stderr).toContain("gone with it");
  });
});
