import { World, type Agent } from "../../../test/fixtures/world.ts";
import { callTool } from "../../ingest/bench-world.ts";
import { median, rounded } from "../../ingest/process-memory.ts";
import { cameraPhotos } from "../corpus/camera-photos.ts";

const photos = 5_000;
const rounds = 9;
/** The first is one for words alone, to compare with. */
const questions = [
  "beach with friends",
  "photos taken with Canon in July near Paris at dusk",
  "Canon photos of friends on the beach",
  "iPhone photos from 2023",
  "photos in Italy at night, f/1.4 to f/2.8, ISO above 800",
];

/**
 * Questions to 5,000 photos of a session, from the call to the answer. `firstMs` is the first question after the photos were loaded: names of
 * places and what photos say are read then. The others are medians of 9.
 */
export async function measurePhotoQuestions() {
  const workspace = await cameraPhotos(photos);
  const world = await World.open({ env: { COMMONS_ANSWER_SECONDS: "3600" } });
  try {
    const agent = await world.agent(workspace, { name: "bench" });
    await callTool(agent, "quick_load", { path: "/workspace", categories: ["images"], collection: "vacation" });
    // The hub, the collection and the vectors are warm.
    await ask(agent, "warm");
    const first = await ask(agent, questions[1] ?? "");
    const answers: object[] = [];
    for (const query of questions) answers.push(await measured(agent, query));
    return { photos, rounds, firstMs: first.ms, answers };
  } finally {
    await world.close();
  }
}

async function measured(agent: Agent, query: string): Promise<object> {
  const times: number[] = [];
  let understood: string | undefined;
  for (let round = 0; round < rounds; round++) {
    const { ms, text } = await ask(agent, query);
    times.push(ms);
    understood = /^Read as .*$/m.exec(text)?.[0];
  }
  return { query, medianMs: rounded(median(times)), understood };
}

function ask(agent: Agent, query: string) {
  return callTool(agent, "search_context", { query, collection: "vacation" });
}
