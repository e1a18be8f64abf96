import { BenchWorld, ingest, sleep } from "./bench-world.ts";
import { copyCorpus } from "./corpus.ts";
import { ownMemoryMb, processMemoryMb, rounded, treeMemoryMb, watchMemory } from "./process-memory.ts";

const restMs = 30_000;

/** First ingest of the small corpus through a real session, with ChromaDB and without. */
export async function measureCold() {
  return { withoutEngine: await ingestOnce(false), withEngine: await ingestOnce(true) };
}

async function ingestOnce(engine: boolean) {
  const world = await BenchWorld.open({ engine });
  try {
    const workspace = world.path("corpus");
    const corpus = await copyCorpus("small", workspace);
    const agent = await world.session(workspace);
    const { hub } = await world.status();
    const session = watchMemory(agent.pid);
    const hubMemory = watchMemory(hub.pid);
    const { ms, text } = await ingest(agent, "bench");
    const sessionPeak = session.stop();
    const hubTreePeakMb = hubMemory.stop().peakMb;
    const { totals } = await world.status();
    const caughtUpMs = engine ? rounded(await world.caughtUpMs()) : null;
    await sleep(restMs);
    return {
      files: corpus.files,
      bytes: corpus.bytes,
      documents: totals.documents,
      chunks: totals.chunks,
      seconds: rounded(ms / 1_000),
      chunksPerSecond: Math.round(totals.chunks / (ms / 1_000)),
      megabytesPerSecond: rounded(corpus.bytes / 1e3 / ms),
      catalogMb: rounded(totals.sizeBytes / 1e6),
      session: {
        peakRssMb: sessionPeak.peakMb,
        peakPssMb: sessionPeak.peakPssMb,
        restRssMb: rounded(treeMemoryMb(agent.pid)),
        restOwnMb: rounded(ownMemoryMb(agent.pid)),
      },
      hub: {
        /** With ChromaDB's process, where there is one. */
        treePeakRssMb: hubTreePeakMb,
        restRssMb: rounded(processMemoryMb(hub.pid)),
      },
      chromaCaughtUpMsAfter: caughtUpMs,
      answer: text.split("\n").slice(0, 2),
    };
  } finally {
    await world.close();
  }
}
