import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { randomNumbers } from "../../../test/fixtures/random.ts";
import { madeOnce } from "./made-once.ts";
import { writeSparse } from "./sparse-file.ts";

const edition = 1;
const filesPerDirectory = 50;
const leastBytes = 256;
const sharedSizes = 2_000;

export interface SmallFiles {
  readonly files: number;
  /** Whether every file but a copy has a size of its own, or all share 2,000 sizes. */
  readonly sizes: "differ" | "shared";
  /** Of so many files the last is a copy of one before it: 2 or more; 0: none. */
  readonly copyEvery: number;
}

/** A directory of files whose copies are known: `files / copyEvery` of them equal another one. */
export function smallFiles({ files, sizes, copyEvery }: SmallFiles): Promise<string> {
  return madeOnce(`small-files-${edition}-${files}-${sizes}-${copyEvery}`, (directory) => {
    const random = randomNumbers(11);
    for (let index = 0; index < files; index++) {
      const isCopy = copyEvery > 0 && index % copyEvery === copyEvery - 1;
      // The first of each `copyEvery` is never a copy itself.
      const original = isCopy ? random(Math.floor(index / copyEvery) + 1) * copyEvery : index;
      writeNumbered(directory, index, { original, sizes });
    }
  });
}

function writeNumbered(
  directory: string,
  index: number,
  { original, sizes }: { original: number; sizes: SmallFiles["sizes"] },
): void {
  const group = Math.floor(index / filesPerDirectory);
  const parent = join(directory, `d${group % 40}`, `e${group}`);
  if (index % filesPerDirectory === 0) mkdirSync(parent, { recursive: true });
  const sizeBytes = leastBytes + (sizes === "differ" ? original : original % sharedSizes);
  const head = Buffer.from(`file ${original}\n`, "latin1");
  const tail = Buffer.from(`end ${original}\n`, "latin1");
  writeSparse(join(parent, `f${index}.bin`), { head, tail, sizeBytes });
}
