import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CatalogAudit } from "../fixtures/catalog-audit.ts";
import { chromaProblems } from "../fixtures/chroma-audit.ts";
import { eventually, World, type Agent } from "../fixtures/world.ts";

const sessions = 20;
const sharedNotes = 5;
const rounds = 3;

describe("twenty real sessions that write into one collection at once", { timeout: 300_000 }, () => {
  let world: World;
  let agents: Agent[] = [];

  beforeAll(async () => {
    world = await World.open({ engine: true });
    agents = await Promise.all(
      Array.from({ length: sessions }, async (_, index) => {
        const files = Object.fromEntries(
          ["src/index.ts", "src/state.ts", "README.md"].map((path) => [path, fileOf(path, index)]),
        );
        return world.agent(await world.workspace(`number${index}/app`, files), { name: `agent-${index}` });
      }),
    );
  }, 240_000);
  afterAll(() => world.close(), 60_000);

  it("get one collection, however many ask for it", async () => {
    await Promise.all(agents.map((agent) => agent.call("batch_ingest", { path: "/workspace", collection: "shared" })));
    await audited((audit) => {
      expect(audit.collections().map(({ name }) => name)).toEqual(["shared"]);
      const texts = audit.texts();
      expect(texts.length).toBe(3 * sessions);
      expect(new Set(texts.map(({ source, path }) => `${source} ${path}`)).size).toBe(3 * sessions);
    });
  });

  it("keep each its own files under equal relative paths", async () => {
    await audited((audit) => {
      for (let index = 0; index < sessions; index++)
        expect(audit.texts().filter(({ text }) => text.includes(ownWord(index))).length).toBe(3);
    });
  });

  it("write notes with the same id one after another: one of the last round stands, whole", async () => {
    for (let round = 0; round < rounds; round++) {
      await Promise.all(
        agents.flatMap((agent, index) => [
          agent.call("store_context", note(`same-${index % sharedNotes}`, `round${round} by ${ownWord(index)}`)),
          agent.call("store_context", note(`own-${index}`, `round${round} own of ${ownWord(index)}`)),
        ]),
      );
      await audited((audit) => {
        const notes = audit.texts().filter(({ source }) => source === "notes");
        expect(notes.length).toBe(sharedNotes + sessions);
        // A round begins when the one before is answered, so that nothing of that may stand.
        for (const { path, text } of notes) expect(`${path}: ${text}`).toContain(`round${round}`);
        for (let index = 0; index < sharedNotes; index++)
          expect(notes.find(({ path }) => path === `same-${index}`)?.text.match(/owner[a-z]+/g)?.length).toBe(1);
      });
    }
  });

  it("leave one of the two clean states when one of them unloads what others ingest", async () => {
    const [first, ...others] = agents;
    await first?.call("store_context", { ...note("early", "early"), collection: "contested" });
    const ingests = others.map((agent, index) =>
      agent.call("store_context", { ...note(`late-${index}`, `late ${ownWord(index)}`), collection: "contested" }),
    );
    const unload = first?.call("unload_collection", { collection: "contested", force: true });
    await Promise.allSettled([...ingests, unload]);
    await audited((audit) => {
      expect(audit.problems()).toEqual([]);
      const names = audit.collections().map(({ name }) => name);
      // Whoever came after the unload made the collection anew; nothing of before shows in it.
      expect(["shared", "shared contested"]).toContain(names.join(" "));
      expect(audit.texts().filter(({ path }) => path === "early")).toEqual([]);
    });
  });

  it("and ChromaDB holds in the end what the catalog holds, row by row", async () => {
    await eventually("Chroma has caught up", async () => (await world.status()).engine.behind === 0, 120_000);
    const { engine } = await world.status();
    await audited(async (audit) => {
      expect(audit.problems()).toEqual([]);
      expect(await chromaProblems(engine.url ?? "", audit.engineRecords())).toEqual([]);
    });
  });

  async function audited(look: (audit: CatalogAudit) => void | Promise<void>): Promise<void> {
    const audit = new CatalogAudit(join(world.home, "catalog"));
    try {
      await look(audit);
    } finally {
      audit.close();
    }
  }
});

/** A word of letters that stands in the session's texts only. */
function ownWord(index: number): string {
  return `owner${String.fromCharCode(97 + Math.floor(index / 5))}${String.fromCharCode(97 + (index % 5))}`;
}

function fileOf(path: string, index: number): string {
  if (path.endsWith(".md")) return `# Notes of ${ownWord(index)}\n\nWhat this workspace is for.\n`;
  return `/** Returns the state of ${ownWord(index)}. */\nexport function stateOf() {\n  return ${index};\n}\n`;
}

function note(id: string, content: string): { id: string; content: string; collection: string } {
  return { id, content, collection: "shared" };
}
