import { copyFileSync, openSync, closeSync, writeSync } from "node:fs";
import { join } from "node:path";
import { randomNumbers } from "../../../test/fixtures/random.ts";
import { runToEnd } from "../../../test/fixtures/world.ts";
import { BenchWorld, callTool } from "../../ingest/bench-world.ts";
import { median, rounded } from "../../ingest/process-memory.ts";
import { madeOnce } from "../corpus/made-once.ts";

const sizeBytes = 100_000_000;
const rounds = 5;

/** compare_files of two files of 100 MB, by a session whose processes run; beside `cmp` and `diff` on the same files. */
export async function measureCompareFiles() {
  const workspace = await madeOnce(`compare-1-${sizeBytes}`, makeFiles);
  const world = await BenchWorld.open({ engine: false });
  try {
    const agent = await world.session(workspace);
    await callTool(agent, "compare_files", { file1: "a.bin", file2: "a.bin" });
    const compared = async (file1: string, file2: string) => {
      const times: number[] = [];
      let answer = "";
      for (let round = 0; round < rounds; round++) {
        const { ms, text } = await callTool(agent, "compare_files", { file1, file2 });
        times.push(ms / 1_000);
        answer = text;
      }
      return { seconds: median(times), verdict: answer.slice(0, answer.indexOf(":")) };
    };
    return {
      megabytes: sizeBytes / 1e6,
      rounds,
      sameBytes: {
        ...(await compared("a.bin", "same.bin")),
        cmpSeconds: await secondsOf("cmp", workspace, "same.bin"),
      },
      lastByteDiffers: await compared("a.bin", "last.bin"),
      oneLineOfTextDiffers: {
        ...(await compared("a.log", "edited.log")),
        diffSeconds: await secondsOf("diff", workspace, "edited.log"),
      },
    };
  } finally {
    await world.close();
  }
}

function makeFiles(directory: string): void {
  const random = randomNumbers(21);
  const block = Buffer.from(Uint32Array.from({ length: 250_000 }, () => random(2 ** 32)).buffer);
  const lines = Array.from({ length: 20_000 }, (_, line) => `${line} request ${random(1e9)} took ${random(1e3)} ms\n`);
  const text = Buffer.from(lines.join(""));
  write(join(directory, "a.bin"), block);
  write(join(directory, "a.log"), text);
  for (const [from, to] of Object.entries({ "same.bin": "a.bin", "last.bin": "a.bin", "edited.log": "a.log" }))
    copyFileSync(join(directory, to), join(directory, from));
  patch(join(directory, "last.bin"), sizeBytes - 1, "\0");
  patch(join(directory, "edited.log"), sizeBytes - 5_000_000, "EDITED");
}

/** The block again and again, to `sizeBytes`. */
function write(path: string, block: Buffer): void {
  const file = openSync(path, "wx");
  for (let at = 0; at < sizeBytes; at += block.length)
    writeSync(file, block, 0, Math.min(block.length, sizeBytes - at));
  closeSync(file);
}

function patch(path: string, offset: number, text: string): void {
  const file = openSync(path, "r+");
  writeSync(file, text, offset);
  closeSync(file);
}

/** Median of a program that compares with the first file of the same ending; null where it is not installed. */
async function secondsOf(program: string, directory: string, name: string): Promise<number | null> {
  const first = `a${name.slice(name.lastIndexOf("."))}`;
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now();
    try {
      await runToEnd(program, [first, name], { cwd: directory, env: process.env });
    } catch {
      return null;
    }
    times.push((performance.now() - startedMs) / 1_000);
  }
  return rounded(median(times));
}
