import { BenchWorld, callTool, type Call } from "../../ingest/bench-world.ts";
import { median, rounded, watchMemory } from "../../ingest/process-memory.ts";
import { largeFiles } from "../corpus/large-files.ts";
import { smallFiles } from "../corpus/small-files.ts";
import { fdupesRun, type FdupesRun } from "../fdupes.ts";

const files = 100_000;
const rounds = 3;

/**
 * find_duplicates by a session whose processes have yet to start, in turn with fdupes on the same files: 100,000 whose sizes differ, the
 * same with a copy for each tenth, 100,000 that share 2,000 sizes, and six large ones.
 */
export async function measureDuplicates() {
  return {
    files,
    rounds,
    sizesDiffer: await measured(await smallFiles({ files, sizes: "differ", copyEvery: 0 })),
    sizesDifferWithCopies: await measured(await smallFiles({ files, sizes: "differ", copyEvery: 10 })),
    sizesShared: await measured(await smallFiles({ files, sizes: "shared", copyEvery: 10 })),
    sixLarge: await measured(await largeFiles()),
  };
}

async function measured(workspace: string) {
  const ours: { call: Call; peakMb: number }[] = [];
  const theirs: FdupesRun[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await findOnce(workspace));
    const run = await fdupesRun(workspace);
    if (run !== null) theirs.push(run);
  }
  const seconds = median(ours.map(({ call }) => call.ms / 1_000));
  const fdupesSeconds = theirs.length === 0 ? null : median(theirs.map((run) => run.seconds));
  return {
    seconds,
    allSeconds: ours.map(({ call }) => rounded(call.ms / 1_000)),
    sessionPeakMb: median(ours.map(({ peakMb }) => peakMb)),
    fdupesSeconds,
    timesOfFdupes: fdupesSeconds === null ? null : rounded(seconds / fdupesSeconds),
    groups: groupsIn(ours[0]?.call.text ?? ""),
    fdupesGroups: theirs[0]?.groups ?? null,
    answer: ours[0]?.call.text.split("\n")[0],
  };
}

async function findOnce(workspace: string) {
  const world = await BenchWorld.open({ engine: false });
  try {
    const agent = await world.session(workspace);
    const memory = watchMemory(agent.pid);
    const call = await callTool(agent, "find_duplicates", { path: "/workspace" });
    return { call, peakMb: memory.stop().peakMb };
  } finally {
    await world.close();
  }
}

function groupsIn(answer: string): number {
  return Number(/: ([\d,]+) groups? of /.exec(answer)?.[1]?.replaceAll(",", "") ?? 0);
}
