import { readFileSync, writeFileSync } from "node:fs";
import { BenchWorld, callTool, ingest, sleep } from "./bench-world.ts";
import { copyCorpus, filesOf } from "./corpus.ts";
import { ownMemoryMb, processMemoryMb, rounded, watchMemory } from "./process-memory.ts";

const wantedChunks = 100_000;
const restMs = 30_000;

/** Memory of the hub process when its catalog holds 100,000 different chunks: collections of copies that differ, until there are enough. */
export async function measureHubMemory() {
  const world = await BenchWorld.open({ engine: false });
  try {
    const { hub } = await world.status();
    const idleMb = processMemoryMb(hub.pid);
    const watch = watchMemory(hub.pid);
    let copies = 0;
    for (; (await world.status()).totals.chunks < wantedChunks; copies++) {
      const workspace = world.path(`copy${copies}`);
      await copyCorpus("large", workspace);
      if (copies > 0) for (const file of filesOf(workspace)) renameWords(file, copies);
      const agent = await world.session(workspace);
      await ingest(agent, `copy${copies}`);
      await agent.close();
    }
    const { peakMb } = watch.stop();
    const searching = await world.session(world.path("copy0"));
    const searchMs = (await callTool(searching, "search_context", { query: "event listener", collection: "*" })).ms;
    await sleep(restMs);
    const { totals } = await world.status();
    return {
      collections: copies,
      chunks: totals.chunks,
      vectors: totals.vectors,
      catalogMb: rounded(totals.sizeBytes / 1e6),
      idleBeforeMb: rounded(idleMb),
      peakRssMb: peakMb,
      restRssMb: rounded(processMemoryMb(hub.pid)),
      restOwnMb: rounded(ownMemoryMb(hub.pid)),
      searchMs: rounded(searchMs),
    };
  } finally {
    await world.close();
  }
}

/** One name of each line gets another ending, so that hardly a passage stays the same. */
function renameWords(file: string, copy: number): void {
  const bytes = readFileSync(file);
  if (bytes.includes(0)) return;
  const text = bytes.toString("utf8").replaceAll(/^(.*?\b[a-z]+[A-Z]\w*|.*?\b[A-Z]\w+)/gm, `$1V${copy}`);
  writeFileSync(file, text);
}
