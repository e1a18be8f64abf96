import { BenchWorld, commitAll, git, ingest } from "./bench-world.ts";
import { copyCorpus } from "./corpus.ts";
import { median, rounded } from "./process-memory.ts";

const rounds = 11;

/** batch_ingest of about 10,000 files of which none changed, and `git status` on the same tree, in turn. */
export async function measureUnchanged() {
  const world = await BenchWorld.open({ engine: false });
  try {
    const workspace = world.path("corpus");
    const corpus = await copyCorpus("large", workspace);
    await commitAll(workspace);
    const agent = await world.session(workspace);
    const cold = await ingest(agent, "bench");
    const { totals } = await world.status();
    // The first of each brings the caches up: git writes its index anew, the session compiles what it runs.
    await git(workspace, "status", "--porcelain");
    await ingest(agent, "bench");
    const ingestMs: number[] = [];
    const gitMs: number[] = [];
    let answer = "";
    for (let round = 0; round < rounds; round++) {
      gitMs.push((await git(workspace, "status", "--porcelain")).ms);
      const { ms, text } = await ingest(agent, "bench");
      ingestMs.push(ms);
      answer = text;
    }
    return {
      files: corpus.files,
      chunks: totals.chunks,
      coldSeconds: rounded(cold.ms / 1_000),
      rounds,
      batchIngestMs: median(ingestMs),
      gitStatusMs: median(gitMs),
      ratio: rounded(median(ingestMs) / median(gitMs)),
      allBatchIngestMs: ingestMs.map(rounded),
      allGitStatusMs: gitMs.map(rounded),
      answer: answer.split("\n").slice(0, 1),
    };
  } finally {
    await world.close();
  }
}
