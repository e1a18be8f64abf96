import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { git } from "../ingest/bench-world.ts";
import { corpusSpec } from "./corpora.ts";
import type { SetFigures } from "./evaluate.ts";
import { writeLadder } from "./ladder.ts";
import { cutOff } from "./metrics.ts";
import { readPackages } from "./packages.ts";
import type { RankerFigures } from "./report.ts";
import type { SetFile } from "./sets.ts";

interface Results {
  readonly results: readonly RankerFigures[];
  readonly commandLine: SetFigures | null;
  readonly embedder: string;
  readonly sets: readonly SetFile[];
}

const root = join(import.meta.dirname, "..", "..");
const file = join(root, "bench", "results", "retrieval.json");
const page = join(root, "docs", "retrieval.md");

/** Writes bench/results/retrieval.json (figures, commit, packages with their licences) and the tables of docs/retrieval.md. */
export async function saveResults({ results, commandLine, embedder, sets }: Results): Promise<void> {
  const commit = (await git(root, "rev-parse", "--short=12", "HEAD")).text.trim();
  const isClean = (await git(root, "status", "--porcelain", "--", "src", "bench/retrieval")).text.trim() === "";
  const used = new Set(sets.flatMap(({ corpus }) => corpusSpec(corpus).packages));
  const packages = readPackages()
    .filter(({ name }) => used.has(name))
    .map(({ name, registryName, version, licence, source }) => ({
      name: registryName ?? name,
      version,
      licence,
      from: source.kind,
    }));
  const figures = results.map(({ ranker, sets: own, means }) => ({
    ranker,
    sets: own.map(rounded),
    means: means.map(rounded),
  }));
  const saved = {
    date: new Date().toISOString().slice(0, 10),
    commit,
    isClean,
    embedder,
    cutOff,
    figures,
    commandLine: commandLine === null ? null : rounded(commandLine),
    packages,
  };
  writeFileSync(file, `${JSON.stringify(saved, null, 2)}\n`);
  writeLadder(page, { results, packages: readPackages() });
  console.log("Saved bench/results/retrieval.json and the tables of docs/retrieval.md.");
}

function rounded({ set, questions, mrr, ndcg, recall }: SetFigures) {
  const short = (value: number): number => Math.round(value * 10_000) / 10_000;
  return { set, questions, mrr: short(mrr), ndcg: short(ndcg), recall: short(recall) };
}
