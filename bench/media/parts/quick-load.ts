import { World } from "../../../test/fixtures/world.ts";
import { callTool, type Call } from "../../ingest/bench-world.ts";
import { median, rounded, watchMemory } from "../../ingest/process-memory.ts";
import { cameraPhotos } from "../corpus/camera-photos.ts";
import { exiftoolSeconds } from "../exiftool.ts";
import { busyTimes, type BusyTimes } from "../busy-times.ts";

const photos = 5_000;
const rounds = 5;

interface Round {
  readonly first: Call;
  readonly again: Call;
  readonly kept: Call;
  readonly busy: BusyTimes;
  readonly peakMb: number;
}

/**
 * quick_load of 5,000 photos by a session that has just begun, from the call to the answer: hub, ingester and reader are started within.
 * Then the same again, and with keep. `busySeconds` are processor seconds, which other work on the machine hardly changes. Beside
 * exiftool, which reads every tag of the same files.
 */
export async function measureQuickLoad() {
  const workspace = await cameraPhotos(photos);
  const runs: Round[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await loadOnce(workspace));
  const seconds = runs.map(({ first }) => first.ms / 1_000);
  const busy = (of: keyof BusyTimes): number => median(runs.map((run) => run.busy[of]));
  return {
    photos,
    rounds,
    seconds: median(seconds),
    allSeconds: seconds.map(rounded),
    photosPerSecond: Math.round(photos / median(seconds)),
    busySeconds: { session: busy("session"), ingester: busy("ingester"), reader: busy("reader"), hub: busy("hub") },
    againMs: median(runs.map(({ again }) => again.ms)),
    keepMs: median(runs.map(({ kept }) => kept.ms)),
    sessionPeakMb: median(runs.map(({ peakMb }) => peakMb)),
    exiftoolSeconds: await exiftoolSeconds(workspace),
    answer: runs[0]?.first.text.split("\n").slice(0, 2),
  };
}

async function loadOnce(workspace: string): Promise<Round> {
  const world = await World.open({ env: { COMMONS_ANSWER_SECONDS: "3600" } });
  try {
    const agent = await world.agent(workspace, { name: "bench" });
    const memory = watchMemory(agent.pid);
    const load = (args: object) =>
      callTool(agent, "quick_load", { path: "/workspace", categories: ["images"], collection: "vacation", ...args });
    const first = await load({});
    const { peakMb } = memory.stop();
    const { hub } = await world.status();
    const busy = busyTimes(agent.pid, hub?.pid ?? 0);
    return { first, busy, peakMb, again: await load({}), kept: await load({ keep: true }) };
  } finally {
    await world.close();
  }
}
