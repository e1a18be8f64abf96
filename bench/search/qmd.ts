import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { installQmd, qmdIn } from "../ingest/qmd.ts";
import { percentiles, rounded } from "./percentiles.ts";
import type { SearchWorld } from "./search-world.ts";

const queryCount = 25;

/** `qmd search`, the keyword part of qmd, over the same passages as files; beside it our own command, which starts Node as qmd does. */
export async function measureQmd({ world, collection, documents, queries }: SearchWorld) {
  await installQmd();
  const corpus = join(world.directory, "work", "corpus");
  for (const { path, chunks } of documents) {
    const file = join(corpus, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, chunks.map(({ text }) => text).join("\n"));
  }
  const qmd = qmdIn(join(world.directory, "work", "qmd"));
  const added = await qmd("collection", "add", corpus, "--name", "bench", "--mask", "**/*");
  const times: Record<"qmd" | "commons", number[]> = { qmd: [], commons: [] };
  for (const query of queries.slice(0, queryCount)) {
    times.qmd.push((await qmd("search", query, "-n", "8")).ms);
    const startMs = performance.now();
    const { code, stderr } = await world.commons(["search", query, "--collection", collection, "--limit", "8"]);
    if (code !== 0) throw new Error(`commons search ended with ${code}: ${stderr}`);
    times.commons.push(performance.now() - startMs);
  }
  return {
    addSeconds: rounded(added.ms / 1_000),
    qmdSearch: percentiles(times.qmd),
    commonsSearch: percentiles(times.commons),
  };
}
