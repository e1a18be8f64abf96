import { BenchWorld, callTool, type Call } from "../../ingest/bench-world.ts";
import { median, rounded, watchMemory } from "../../ingest/process-memory.ts";
import { cameraPhotos } from "../corpus/camera-photos.ts";
import { exiftoolSeconds } from "../exiftool.ts";

const photos = 5_000;
const rounds = 3;

/** quick_load of 5,000 photos, from the call to the answer, by a session whose processes have yet to start; beside exiftool on the same. */
export async function measureQuickLoad() {
  const workspace = await cameraPhotos(photos);
  const runs: { first: Call; again: Call; peakMb: number; chunks: number }[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await loadOnce(workspace));
  const seconds = runs.map(({ first }) => first.ms / 1_000);
  return {
    photos,
    rounds,
    seconds: median(seconds),
    allSeconds: seconds.map(rounded),
    photosPerSecond: Math.round(photos / median(seconds)),
    againMs: median(runs.map(({ again }) => again.ms)),
    sessionPeakMb: median(runs.map(({ peakMb }) => peakMb)),
    chunks: runs[0]?.chunks,
    exiftoolSeconds: await exiftoolSeconds(workspace),
    answer: runs[0]?.first.text.split("\n").slice(0, 2),
  };
}

async function loadOnce(workspace: string) {
  const world = await BenchWorld.open({ engine: false });
  try {
    const agent = await world.session(workspace);
    const memory = watchMemory(agent.pid);
    const load = (args: object) =>
      callTool(agent, "quick_load", { path: "/workspace", categories: ["images"], collection: "vacation", ...args });
    const first = await load({});
    const { peakMb } = memory.stop();
    const again = await load({});
    const { totals } = await world.status();
    return { first, again, peakMb, chunks: totals.chunks };
  } finally {
    await world.close();
  }
}
