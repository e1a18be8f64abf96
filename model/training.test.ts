import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Pair } from "./pair.ts";
import { createTokenColumns, type Field } from "./token-columns.ts";

// Debian's PyTorch belongs to the system's Python, which another one may stand before in the path.
const python = ["/usr/bin/python3", "python3"].find(
  (candidate) => spawnSync(candidate, ["-c", "import torch, numpy"]).status === 0,
);
if (python === undefined)
  console.warn("SKIPPED: no Python with PyTorch and NumPy here, so the training is not tested.");

const words = Array.from({ length: 64 }, (_, row) => `word${row}`);
let directory = "";

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "model-training-"));
  const rows = new Map(words.map((word, row) => [word, row]));
  const train = createTokenColumns();
  // A question's word and its answer's word never look alike: only training can bring them together.
  for (let at = 0; at < 512; at++) {
    const topic = at % 16;
    const pair: Pair = {
      kind: "function",
      query: "",
      code: "",
      name: "",
      rest: "",
      path: `${at % 8}.js`,
      language: "javascript",
    };
    train.add({ ...pair, package: `package-${at % 4}` }, (field: Field) => tokensOf(field, topic));
  }
  train.write(join(directory, "train"), rows);
  train.write(join(directory, "dev"), rows);
  const frequencies = words.map(() => 32);
  writeFileSync(join(directory, "vocabulary.json"), JSON.stringify({ documents: 512, words, frequencies }));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function tokensOf(field: Field, topic: number): string[] {
  if (field === "query") return [`word${topic}`, `word${16 + topic}`];
  return field === "code" ? [`word${32 + topic}`, `word${48 + topic}`, `word${48 + ((topic + 1) % 16)}`] : [];
}

function run(script: string, ...args: string[]): string {
  const path = join(import.meta.dirname, script);
  return execFileSync(python ?? "python3", [path, "--tokens", directory, ...args], { encoding: "utf8" });
}

function trainTo(name: string): string {
  const out = join(directory, name);
  const given = { steps: 40, batch: 16, group: 2, rate: 0.1, dimensions: 16, threads: 1, seed: 5 };
  run("train.py", "--out", out, ...Object.entries(given).flatMap(([key, value]) => [`--${key}`, String(value)]));
  return out;
}

/** Reads the file as model/README.md describes it. */
function readTable(path: string): { header: Record<string, unknown>; words: string[]; row: (at: number) => number[] } {
  const file = readFileSync(path);
  const length = file.readUInt32LE(8);
  // Safe: JSON objects have string keys.
  const header = JSON.parse(file.toString("utf8", 12, 12 + length)) as Record<string, number>;
  const { words: count = 0, dimensions = 0, vocabularyBytes = 0 } = header;
  const scalesAt = Math.ceil((12 + length) / 16) * 16;
  const rowsAt = scalesAt + 4 * count;
  const vocabularyAt = rowsAt + (count * dimensions) / 2;
  expect(file.toString("latin1", 0, 8)).toBe("CCTABLE1");
  expect(file.length).toBe(vocabularyAt + vocabularyBytes);
  const level = (at: number, component: number): number => {
    const byte = file[rowsAt + (at * dimensions + component - (component % 2)) / 2] ?? 0;
    const nibble = component % 2 === 0 ? byte & 15 : byte >> 4;
    return nibble > 7 ? nibble - 16 : nibble;
  };
  const row = (at: number): number[] => {
    const scale = file.readFloatLE(scalesAt + 4 * at);
    return Array.from({ length: dimensions }, (_, component) => level(at, component) * scale);
  };
  return { header, words: file.toString("utf8", vocabularyAt).split("\n"), row };
}

const cosine = (a: number[], b: number[]): number => {
  const dot = (x: number[], y: number[]): number => x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

test.skipIf(python === undefined)(
  "training brings a question's words to those of its answer, through the file's 4 bits",
  () => {
    const file = join(directory, "table.bin");
    run("export.py", "--out", file, "--name", "tiny", trainTo("table.npy"));
    const table = readTable(file);
    expect(table.header).toMatchObject({ id: "tiny", words: 64, dimensions: 16, bits: 4, buckets: 0 });
    expect(table.words).toEqual(words);
    const near = Array.from({ length: 16 }, (_, topic) => cosine(table.row(topic), table.row(32 + topic)));
    const far = Array.from({ length: 16 }, (_, topic) => cosine(table.row(topic), table.row(32 + ((topic + 5) % 16))));
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(near)).toBeGreaterThan(mean(far) + 0.3);
  },
);

test.skipIf(python === undefined)("the same seed gives the same table, byte for byte", () => {
  expect(readFileSync(trainTo("first.npy")).equals(readFileSync(trainTo("second.npy")))).toBe(true);
});

test.skipIf(python === undefined)("the written file reads back as what was quantised", () => {
  const script = `
import sys; sys.path.insert(0, ${JSON.stringify(import.meta.dirname)})
import numpy as np
from table_file import *
table = np.random.default_rng(1).normal(size=(5, 8)).astype(np.float32)
levels, scales = quantise(table)
write_table(${JSON.stringify(join(directory, "round.bin"))}, ["a", "bü", "c", "d", "e"], levels, scales, "round")
header, words, back = read_table(${JSON.stringify(join(directory, "round.bin"))})
assert words == ["a", "bü", "c", "d", "e"] and np.array_equal(back, dequantise(levels, scales))
assert np.abs(back - table).max() < 0.6
`;
  expect(spawnSync(python ?? "python3", ["-c", script], { encoding: "utf8" }).stderr).toBe("");
});
