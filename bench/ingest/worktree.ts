import { BenchWorld, commitAll, git, ingest } from "./bench-world.ts";
import { copyCorpus } from "./corpus.ts";
import { rounded } from "./process-memory.ts";

/** A second worktree of a repository that is ingested already, into the same collection by a second session. */
export async function measureWorktree() {
  const world = await BenchWorld.open({ engine: false });
  try {
    const workspace = world.path("corpus");
    await copyCorpus("small", workspace);
    await commitAll(workspace);
    const second = world.path("second");
    await git(workspace, "worktree", "add", "--quiet", second, "-b", "second");
    const first = await ingest(await world.session(workspace), "bench");
    const before = await world.status();
    const again = await ingest(await world.session(second), "bench");
    const after = await world.status();
    return {
      firstSeconds: rounded(first.ms / 1_000),
      secondSeconds: rounded(again.ms / 1_000),
      ratio: rounded(again.ms / first.ms),
      chunks: after.totals.chunks - before.totals.chunks,
      embedded: after.totals.vectors - before.totals.vectors,
      answer: again.text.split("\n").slice(0, 2),
    };
  } finally {
    await world.close();
  }
}
