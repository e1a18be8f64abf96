import { appendFileSync } from "node:fs";
import type { Agent } from "../../test/fixtures/world.ts";
import { BenchWorld, callTool, commitAll, ingest } from "./bench-world.ts";
import { copyCorpus, filesOf } from "./corpus.ts";
import { median, rounded } from "./process-memory.ts";

const rounds = 15;
const patienceMs = 3_000;

/** From the write of one file to the search that finds its new text: with batch_ingest before the search, and by the search alone. */
export async function measureChanged() {
  const world = await BenchWorld.open({ engine: false });
  try {
    const workspace = world.path("corpus");
    await copyCorpus("small", workspace);
    await commitAll(workspace);
    const agent = await world.session(workspace);
    await ingest(agent, "bench");
    const files = filesOf(workspace).filter((file) => /\.(ts|tsx|js|kt|cpp)$/.test(file));
    const step = Math.floor(files.length / (2 * rounds));
    const edit = (round: number): string => {
      const word = `edited${"abcdefghijklmnopqrstuvwxyz"[round % 26]}${round}quokka`;
      appendFileSync(files[round * step] ?? "", `\nfunction ${word}() {\n  return "${word}";\n}\n`);
      return word;
    };
    const viaIngest: number[] = [];
    const viaSearch: (number | null)[] = [];
    for (let round = 0; round < rounds; round++) {
      const word = edit(2 * round);
      const startMs = performance.now();
      await ingest(agent, "bench");
      viaIngest.push((await untilFound(agent, word, startMs)) ?? patienceMs);
      const searched = edit(2 * round + 1);
      viaSearch.push(await untilFound(agent, searched, performance.now()));
    }
    const found = viaSearch.filter((ms) => ms !== null);
    return {
      files: files.length,
      rounds,
      batchIngestThenSearchMs: median(viaIngest),
      worstBatchIngestThenSearchMs: rounded(Math.max(...viaIngest)),
      /** null: the search alone did not find new text within 3 s. */
      searchAloneMs: found.length === 0 ? null : median(found),
      worstSearchAloneMs: found.length === 0 ? null : rounded(Math.max(...found)),
      searchAloneFound: found.length,
    };
  } finally {
    await world.close();
  }
}

async function untilFound(agent: Agent, word: string, startMs: number): Promise<number | null> {
  while (performance.now() - startMs < patienceMs) {
    const { text } = await callTool(agent, "search_context", { query: word, collection: "bench", limit: 3 });
    if (text.includes(`return "${word}"`)) return performance.now() - startMs;
  }
  return null;
}
