import { cpSync } from "node:fs";
import { BenchWorld } from "../ingest/bench-world.ts";
import { corpusSpec, directoriesOf } from "./corpora.ts";
import { keysOf } from "./evaluate.ts";
import { figuresOf, meanOf } from "./metrics.ts";
import { placeOf, wantedHits, type Corpus } from "./ranker.ts";
import type { SetFile } from "./sets.ts";

/** A set of files asked through `commons ingest` and `commons search --json`, as a script would. */
export async function measureCommandLine(set: SetFile, corpus: Corpus) {
  const world = await BenchWorld.open({ engine: false });
  try {
    const workspace = world.path("corpus");
    for (const directory of await directoriesOf(corpusSpec(corpus.name)))
      cpSync(directory, workspace, { recursive: true });
    await world.commons(["ingest", "--collection", "bench", "--json"], workspace);
    const figures = [];
    for (const { query, relevant } of set.items) {
      const args = ["search", "--collection", "bench", "--limit", String(wantedHits), "--json", "--", query];
      const { text } = await world.commons(args, workspace);
      // Safe: this is what the command prints.
      const { hits } = JSON.parse(text) as { hits: readonly { path: string; startLine: number }[] };
      const places = hits.map(({ path, startLine }) => [placeOf(path, startLine)]);
      figures.push(figuresOf(keysOf(places, { level: set.level, relevant }), relevant));
    }
    return { set: set.name, questions: set.items.length, ...meanOf(figures) };
  } finally {
    await world.close();
  }
}
