import { homedir } from "node:os";
import { referenceRates } from "../../src/core/ingest-rates.ts";
import { ingestDirectory } from "../../src/ingest/ingest.ts";
import { scanDirectory } from "../../src/ingest/scan-directory.ts";
import { createDirectReader } from "../../src/reader/read-document.ts";
import { openWorkspace } from "../../src/workspace/workspace.ts";
import { doorTo } from "../../test/fixtures/ingest-run.ts";
import { createMemoryTarget } from "../../test/fixtures/memory-target.ts";
import { BenchWorld } from "./bench-world.ts";
import { copyCorpus } from "./corpus.ts";

/** Scan, extraction and chunking alone, in this process and without a hub. */
export async function measureReading() {
  const world = await BenchWorld.open({ engine: false });
  try {
    const directory = world.path("corpus");
    await copyCorpus("small", directory);
    const workspace = await openWorkspace({ directory, home: homedir() });
    const reading = { reader: createDirectReader(), limits: { maxFileBytes: 2_000_000, maxDocumentBytes: 64_000_000 } };
    const request = { workspace, directory: ".", recursive: true, includeContent: true, ...reading };
    const target = createMemoryTarget(5_000);
    const { limits } = reading;
    const scan = await scanDirectory({ workspace, directory: ".", recursive: true, limits, price: referenceRates });
    const first = await ingestDirectory(request, doorTo(target));
    const again = await ingestDirectory(request, doorTo(target));
    const perSecond = (count: number, ms: number): number => Math.round((count * 1_000) / Math.max(1, ms));
    return {
      scan: { files: scan.files, ms: scan.ms, filesPerSecond: perSecond(scan.files, scan.ms) },
      first: { chunks: first.chunks, ms: first.ms, chunksPerSecond: perSecond(first.chunks, first.ms) },
      unchanged: { files: again.files.unchanged, ms: again.ms },
    };
  } finally {
    await world.close();
  }
}
