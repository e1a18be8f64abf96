/**
 * Speed of a scan beside `git status` on the same tree: `node bench/scan/main.ts [files]` (10000 if none is given). Makes a repository in a
 * temporary directory and takes turns. Prints one JSON line: medians in milliseconds, their ratio, and the longest time between two
 * batches of a scan, within which other work of the thread has its turn.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scanInBatches } from "../../src/workspace/scanner.ts";
import { openWorkspace } from "../../src/workspace/workspace.ts";

const wanted = Number(process.argv[2] ?? 10_000);
const filesPerDirectory = 40;
const runs = 15;
const top = realpathSync(mkdtempSync(join(tmpdir(), "commons-bench-scan-")));

try {
  makeRepository();
  const scans: number[] = [];
  const statuses: number[] = [];
  const slices: number[] = [];
  let files = 0;
  for (let run = 0; run < runs; run++) {
    statuses.push(timeStatus());
    const startedMs = performance.now();
    const scan = await scanOnce();
    scans.push(performance.now() - startedMs);
    files = scan.files;
    slices.push(scan.longestSliceMs);
  }
  const scanMs = median(scans);
  const gitStatusMs = median(statuses);
  const result = { bench: "scan", files, runs, scanMs, gitStatusMs, ratio: Number((scanMs / gitStatusMs).toFixed(2)) };
  process.stdout.write(`${JSON.stringify({ ...result, longestSliceMs: median(slices) })}\n`);
} finally {
  rmSync(top, { recursive: true, force: true });
}

function makeRepository(): void {
  for (let index = 0; index < wanted; index++) {
    const directory = Math.floor(index / filesPerDirectory);
    const path = join(top, `packages/p${directory % 20}/src/part${directory}`);
    if (index % filesPerDirectory === 0) mkdirSync(path, { recursive: true });
    writeFileSync(join(path, `file${index}.ts`), `export const value${index} = ${index};\n`);
  }
  writeFileSync(join(top, ".gitignore"), "node_modules/\ndist/\n*.log\n/coverage\n.env*\n!.env.example\n**/tmp/**\n");
  git("init", "-q");
  git("add", ".");
  git("-c", "user.name=bench", "-c", "user.email=bench@localhost", "commit", "-qm", "Bench");
  git("status", "--porcelain");
}

function timeStatus(): number {
  const startedMs = performance.now();
  git("status", "--porcelain");
  return performance.now() - startedMs;
}

function git(...args: string[]): void {
  execFileSync("git", ["-C", top, ...args], { stdio: "ignore" });
}

async function scanOnce(): Promise<{ files: number; longestSliceMs: number }> {
  const workspace = await openWorkspace({ directory: top, home: join(tmpdir(), "commons-no-such-home") });
  let files = 0;
  let longestSliceMs = 0;
  let sinceMs = performance.now();
  for await (const batch of scanInBatches(workspace, { directory: "", recursive: true })) {
    longestSliceMs = Math.max(longestSliceMs, performance.now() - sinceMs);
    files += batch.filter((entry) => entry.kind === "file").length;
    sinceMs = performance.now();
  }
  return { files, longestSliceMs };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Number((sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(1));
}
