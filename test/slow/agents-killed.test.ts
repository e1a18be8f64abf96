import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claudeCode } from "../fixtures/agents/claude-code.ts";
import { codex } from "../fixtures/agents/codex.ts";
import { Desk } from "../fixtures/agents/desk.ts";
import { areInstalled } from "../fixtures/agents/install.ts";
import { eventually } from "../fixtures/world.ts";

const isReady = await areInstalled([codex, claudeCode]);
const fileCount = 6_000;

describe.skipIf(!isReady)("an agent that is killed in the middle of an ingest", { timeout: 240_000 }, () => {
  let desk: Desk;

  beforeAll(async () => {
    desk = await Desk.open([codex, claudeCode]);
  });
  afterAll(() => desk?.close());

  const storedFiles = () => {
    const audit = desk.audit();
    try {
      return audit.texts().filter(({ collection }) => collection === "big").length;
    } finally {
      audit.close();
    }
  };

  it.each([codex, claudeCode])(
    "$command: the other goes on, the next one completes it, and nothing is left",
    async (agent) => {
      const big = await desk.workspace(`big-${agent.client}`, bigFiles());
      const small = await desk.workspace(`small-${agent.client}`, {
        "note.md": "# Note\n\nThe lighthouse is green.\n",
      });
      const other = await desk.start(codex, {
        workspace: small,
        says: ["Batch ingest /workspace into collection small", "Search for the lighthouse in small"],
        script: {
          conversation: `other of ${agent.client}`,
          steps: [
            { tool: "batch_ingest", args: { path: "/workspace", collection: "small" } },
            {
              tool: "search_context",
              args: { query: "lighthouse", collection: "small" },
              after: `${agent.client} is killed`,
            },
            { tool: "store_context", args: { content: "It works on.", collection: "small" } },
          ],
        },
      });
      expect(await desk.model.output(`other of ${agent.client}`, 0)).toContain("1 added");
      const before = storedFiles();

      const ingest = { tool: "batch_ingest", args: { path: "/workspace", collection: "big" } };
      const says = ["Batch ingest /workspace into collection big"];
      const killed = await desk.start(agent, {
        workspace: big,
        says,
        script: { conversation: `killed ${agent.client}`, steps: [ingest] },
      });
      await eventually("a part is ingested", () => storedFiles() - before > 100, 60_000);
      killed.process.killGroup();
      await killed.process.ended;
      expect(desk.model.seen(`killed ${agent.client}`).outputs).toEqual([]);
      expect(storedFiles() - before).toBeLessThan(fileCount);
      desk.model.open(`${agent.client} is killed`);

      const ofOther = await other.outputs;
      expect(ofOther[1]).toContain("lighthouse is green");
      expect(ofOther[2]).toContain("Stored");
      await desk.settled();
      expect(problems()).toEqual([]);
      const stored = storedFiles() - before;
      expect(stored).toBeLessThan(fileCount);

      const [completed] = await desk.run(agent, {
        workspace: big,
        says,
        script: { conversation: `after ${agent.client}`, steps: [ingest] },
      });
      expect(completed).toContain(`${fileCount - stored} added, 0 changed, 0 renamed, ${stored} unchanged, 0 removed`);
      expect(storedFiles() - before).toBe(fileCount);
      await desk.settled();
      expect(problems()).toEqual([]);
      expect(desk.askedOutside).toEqual([]);
    },
  );

  const problems = () => {
    const audit = desk.audit();
    try {
      return audit.problems();
    } finally {
      audit.close();
    }
  };
});

function bigFiles(): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: fileCount }, (_, index) => [
      `src/part-${index % 50}/value-${index}.ts`,
      `/** The value of ship ${index}. */\nexport const value${index} = ${index};\n`.repeat(12),
    ]),
  );
}
