import { BenchWorld, callTool, type Call } from "../../ingest/bench-world.ts";
import { median, rounded, watchMemory } from "../../ingest/process-memory.ts";
import { cameraPhotos } from "../corpus/camera-photos.ts";
import { exiftoolSeconds } from "../exiftool.ts";

const photos = 5_000;
const rounds = 3;

/** extract_exif over 5,000 photos, by a session whose processes have yet to start; beside exiftool on the same files. */
export async function measureExtractExif() {
  const workspace = await cameraPhotos(photos);
  const runs: { first: Call; again: Call; peakMb: number }[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await extractOnce(workspace));
  const seconds = runs.map(({ first }) => first.ms / 1_000);
  const exiftool = await exiftoolSeconds(workspace);
  return {
    photos,
    rounds,
    seconds: median(seconds),
    allSeconds: seconds.map(rounded),
    warmSeconds: median(runs.map(({ again }) => again.ms / 1_000)),
    photosPerSecond: Math.round(photos / median(seconds)),
    sessionPeakMb: median(runs.map(({ peakMb }) => peakMb)),
    exiftoolSeconds: exiftool,
    timesFasterThanExiftool: exiftool === null ? null : rounded(exiftool / median(seconds)),
    answerCharacters: runs[0]?.first.text.length,
    answer: runs[0]?.first.text.split("\n").slice(0, 6),
  };
}

async function extractOnce(workspace: string) {
  const world = await BenchWorld.open({ engine: false });
  try {
    const agent = await world.session(workspace);
    const memory = watchMemory(agent.pid);
    const first = await callTool(agent, "extract_exif", { path: "/workspace" });
    const { peakMb } = memory.stop();
    const again = await callTool(agent, "extract_exif", { path: "/workspace" });
    return { first, again, peakMb };
  } finally {
    await world.close();
  }
}
