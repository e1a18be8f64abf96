import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runFileTask } from "../../src/reader/file-tasks.ts";
import { mutate, seedOf } from "../fixtures/mutations.ts";
import { randomNumbers } from "../fixtures/random.ts";
import { imagesSamples } from "../fixtures/samples/images.ts";

const mutations = Number(process.env["COMMONS_FUZZ_PHOTOS"] ?? 300);
const seed = Number(process.env["COMMONS_FUZZ_SEED"] ?? 20_261_123);

let root = "";
let contents: readonly Uint8Array[] = [];
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "commons-fuzz-photos-"));
  contents = await Promise.all(imagesSamples.map(({ bytes }) => bytes()));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe(`${mutations} damaged images of each kind, seed ${seed}, with every tag`, () => {
  test.each(imagesSamples.map(({ path }, index) => [path, index] as const))(
    "%s tells what is left of it, or is skipped for a reason",
    { timeout: 200_000 },
    async (path, index) => {
      const random = randomNumbers(seed ^ seedOf(path));
      const failures: string[] = [];
      for (let number = 0; number < mutations; number++) {
        await writeFile(join(root, path), mutate(contents[index] ?? Buffer.alloc(0), contents, random));
        const result = await runFileTask("photo", { root, path, isWhole: true });
        const isBounded = result.kind === "photo" ? (result.tags?.length ?? 0) <= 2_000 : result.kind === "skipped";
        if (!isBounded) failures.push(`mutation ${number}: ${JSON.stringify(result).slice(0, 300)}`);
      }
      expect(failures).toEqual([]);
    },
  );
});
