// Usage: node bench/ingest/main.ts DIRECTORY
// Prints one JSON object a line: scan, extraction and chunking alone, without a hub.
import { homedir } from "node:os";
import { ingestDirectory } from "../../src/ingest/ingest.ts";
import { scanDirectory } from "../../src/ingest/scan-directory.ts";
import { createDirectReader } from "../../src/reader/read-document.ts";
import { openWorkspace } from "../../src/workspace/workspace.ts";
import { doorTo } from "../../test/fixtures/ingest-run.ts";
import { createMemoryTarget } from "../../test/fixtures/memory-target.ts";

const directory = process.argv[2];
if (directory === undefined) {
  process.stderr.write("usage: node bench/ingest/main.ts DIRECTORY\n");
  process.exit(2);
}

const workspace = await openWorkspace({ directory, home: homedir() });
const reading = { reader: createDirectReader(), limits: { maxFileBytes: 2_000_000, maxDocumentBytes: 64_000_000 } };
const request = { workspace, directory: ".", recursive: true, includeContent: true, ...reading };
const target = createMemoryTarget(5_000);

const scan = await scanDirectory({ workspace, directory: ".", recursive: true, limits: reading.limits });
print("scan", scan.ms, {
  files: scan.files,
  skipped: scan.skipped,
  estimatedChunks: scan.estimate.chunks,
  sizeBytes: scan.sizeBytes,
});
const first = await ingestDirectory(request, doorTo(target));
print("first", first.ms, { files: first.files.added, chunks: first.chunks, skippedBy: first.skippedBy });
const again = await ingestDirectory(request, doorTo(target));
print("unchanged", again.ms, { files: again.files.unchanged, chunks: again.chunks });

function print(step: string, ms: number, counts: { files: number; chunks?: number; [name: string]: unknown }): void {
  const perSecond = (count: number): number => Math.round((count * 1_000) / Math.max(1, ms));
  const rates = {
    filesPerSecond: perSecond(counts.files),
    ...(counts.chunks === undefined ? {} : { chunksPerSecond: perSecond(counts.chunks) }),
  };
  process.stdout.write(`${JSON.stringify({ step, ms, ...counts, ...rates })}\n`);
}
