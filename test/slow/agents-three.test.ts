import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codex } from "../fixtures/agents/codex.ts";
import { Desk } from "../fixtures/agents/desk.ts";
import { areInstalled } from "../fixtures/agents/install.ts";
import { exifSegment, jpegBytes } from "../fixtures/samples/image-bytes.ts";
import { photoTiff } from "../fixtures/samples/images.ts";

const isReady = await areInstalled([codex]);
const retry = `/** Calls until it succeeds, and waits longer after each failure. */
export async function retryWithBackoff(action: () => Promise<void>, attempts: number): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt + 1 === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
    }
  }
}
`;

describe.skipIf(!isReady)("three sessions at once: photos, code and a comparison", { timeout: 180_000 }, () => {
  let desk: Desk;
  let photos: string;

  beforeAll(async () => {
    desk = await Desk.open([codex]);
    photos = await desk.workspace("Photos/2024-vacation", {
      "IMG_0001.jpg": jpegBytes({ segments: [exifSegment(photoTiff)] }),
      "notes.md": "# Not a photo\n",
    });
  });
  afterAll(() => desk?.close());

  const temporaryCollections = () => {
    const audit = desk.audit();
    try {
      return audit.collections().flatMap(({ kind, name }) => (kind === "temporary" ? [name] : []));
    } finally {
      audit.close();
    }
  };
  const loadVacation = {
    tool: "quick_load",
    args: { path: "/workspace", categories: "images", collection: "vacation" },
  };

  it("works in all three; the photos are unloaded by their owner alone", async () => {
    const [code, other] = await Promise.all([
      desk.workspace("myapp", { "src/retry.ts": retry }),
      desk.workspace("other-app", {
        "lib/again.ts": retry.replaceAll("retryWithBackoff", "tryAgain").replaceAll("attempt", "round"),
      }),
    ]);
    const [photoRun, codeRun, compareRun] = await Promise.all([
      desk.start(codex, {
        workspace: photos,
        says: [
          "Extract EXIF from all images in /workspace",
          "Quick load /workspace categories:images collection:vacation",
          "Which photos were taken with Canon in July near Paris?",
          "Unload collection vacation",
        ],
        script: {
          conversation: "photos",
          steps: [
            { tool: "extract_exif", args: { path: "/workspace" } },
            loadVacation,
            { tool: "get_collection_info", args: { collection: "vacation" } },
            {
              tool: "search_context",
              args: { query: "photos taken with Canon in July near Paris", collection: "vacation" },
            },
            { tool: "unload_collection", args: { collection: "vacation" }, after: "the others are done" },
            { tool: "search_context", args: { query: "Canon EOS R5", collection: "vacation" } },
          ],
        },
      }),
      desk.start(codex, {
        workspace: code,
        says: ["Batch ingest /workspace into collection myapp"],
        script: {
          conversation: "code",
          steps: [{ tool: "batch_ingest", args: { path: "/workspace", collection: "myapp" } }],
          endAfter: "the others are done",
        },
      }),
      desk.start(codex, {
        workspace: other,
        says: ["Find similar patterns between myapp and /workspace", "Unload collection vacation"],
        script: {
          conversation: "comparison",
          steps: [
            {
              tool: "find_similar_patterns",
              args: { collection: "myapp", path: "/workspace" },
              after: "code and photos are there",
            },
            { tool: "unload_collection", args: { collection: "vacation" } },
            { tool: "list_sessions" },
          ],
        },
      }),
    ]);
    expect(await desk.model.output("code", 0)).toContain("1 added");
    expect(await desk.model.output("photos", 0)).toMatch(/IMG_0001\.jpg.*Canon EOS R5/s);
    expect(await desk.model.output("photos", 1)).toMatch(/1 added.*Temporary/s);
    expect(await desk.model.output("photos", 2)).toMatch(/image/);
    const found = await desk.model.output("photos", 3);
    expect(found).toContain("IMG_0001.jpg");
    expect(found).toContain("Canon EOS R5");
    expect(found).toContain("2024-07-14");
    desk.model.open("code and photos are there");

    const compared = await compareRun.outputs;
    expect(compared[0]).toContain("retryWithBackoff");
    expect(compared[0]).toContain("lib/again.ts");
    expect(compared[1]).toContain("COLLECTION_NOT_FOUND");
    expect(compared[2]?.match(/codex-mcp-client/g)).toHaveLength(3);
    expect(temporaryCollections()).toEqual(["vacation"]);

    desk.model.open("the others are done");
    await codeRun.outputs;
    const ofPhotos = await photoRun.outputs;
    expect(ofPhotos[4]).toContain("Unloaded vacation: 1 document");
    expect(ofPhotos[5]).toContain("COLLECTION_NOT_FOUND");
    await desk.settled();
    expect(desk.askedOutside).toEqual([]);
  });

  it("a temporary collection that nobody unloads is gone with its session", async () => {
    const run = await desk.start(codex, {
      workspace: photos,
      says: ["Quick load /workspace categories:images collection:vacation"],
      script: { conversation: "photos again", steps: [loadVacation], endAfter: "looked" },
    });
    expect(await desk.model.output("photos again", 0)).toContain("1 added");
    expect(temporaryCollections()).toEqual(["vacation"]);
    desk.model.open("looked");
    await run.outputs;
    await desk.settled();
    expect(temporaryCollections()).toEqual([]);
  });
});
