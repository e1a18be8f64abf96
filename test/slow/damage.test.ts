import {
  copyFileSync,
  mkdirSync,
  openSync,
  closeSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Catalog } from "../../src/catalog/api.ts";
import { checkCatalog } from "../../src/catalog/check.ts";
import { beginRebuild } from "../../src/catalog/rebuild/rebuild.ts";
import { asCommonsError } from "../../src/core/errors.ts";
import { createEmbedder, defaultEmbedderId } from "../../src/embed/registry.ts";
import { createTokenizer } from "../../src/search/tokenizer.ts";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSearch,
  notes,
  openTestCatalog,
  viewer,
} from "../contracts/catalog-fixture.ts";
import { type Random, randomNumbers } from "../fixtures/random.ts";

const seed = Number(process.env["COMMONS_TEST_SEED"] ?? Date.now() % 1_000_000);
const damages = Number(process.env["COMMONS_TEST_RUNS"] ?? 60);
const embedder = createEmbedder(defaultEmbedderId, createTokenizer().parts);
const letters = (value: number) => Array.from(String(value), (digit) => "bcdfgkmpqz"[Number(digit)]).join("");
const noteText = (index: number) =>
  `remember${letters(index)} that ${"a long explanation ".repeat(index % 7 === 0 ? 400 : 3)}ends`;
const fileText = (index: number) => `function${letters(index)} returns ${"some value or other ".repeat(20)}`;
const counts = { files: 200, notes: 60 };

let place: ReturnType<typeof makeDirectory>;
const original = () => join(place.directory, "original");
beforeAll(() => {
  place = makeDirectory();
  const catalog = openTestCatalog(original());
  const { collection } = catalog.ensureCollection({ ...viewer, name: "app_code", kind: "permanent", author });
  for (let from = 0; from < counts.files; from += 50) {
    const documents = Array.from({ length: 50 }, (_, at) =>
      makeDocument(`${from + at}.ts`, [fileText(from + at), "export {}"]),
    );
    catalog.write(makeBatch(collection.id, { documents }));
  }
  for (let index = 0; index < counts.notes; index += 1)
    catalog.write(
      makeBatch(collection.id, {
        source: notes,
        documents: [makeDocument(`note-${index}`, [noteText(index)], { fileType: "note" })],
      }),
    );
  // Every third damage is done to a catalog whose hub was killed: with its write-ahead file.
  copyAll(original(), join(place.directory, "killed"));
  catalog.close();
});
afterAll(() => place.remove());

function copyAll(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from).filter((each) => each.startsWith("catalog.")))
    copyFileSync(join(from, name), join(to, name));
}

/** Does one damage and says which. */
function damage(directory: string, random: Random): string {
  const names = readdirSync(directory).filter(
    (name) => /^catalog\.sqlite(?:-wal)?$/.test(name) && statSync(join(directory, name)).size > 0,
  );
  const name = names[random(names.length)] ?? "catalog.sqlite";
  const file = join(directory, name);
  const { size } = statSync(file);
  const kind = random(8);
  if (kind === 0) {
    const left = random(size);
    truncateSync(file, left);
    return `${name} cut to ${left} of ${size} bytes`;
  }
  if (kind === 1) {
    rmSync(file);
    return `${name} removed`;
  }
  if (kind === 2) {
    writeFileSync(file, Buffer.from(Array.from({ length: 20_000 }, () => random(256))));
    return `${name} replaced by garbage`;
  }
  const ranges = 1 + random(4);
  const told: string[] = [];
  for (let range = 0; range < ranges; range++) {
    const length = [1, 16, 512, 4_096, 40_000][random(5)] ?? 1;
    const at = random(Math.max(1, size - length));
    const open = openSync(file, "r+");
    writeSync(
      open,
      kind === 3 ? Buffer.alloc(length) : Buffer.from(Array.from({ length }, () => random(256))),
      0,
      length,
      at,
    );
    closeSync(open);
    told.push(`${length} at ${at}`);
  }
  return `${name}: ${told.join(", ")} of ${size} bytes overwritten`;
}

const texts = new Set([
  ...Array.from({ length: counts.notes }, (_, index) => noteText(index)),
  ...Array.from({ length: counts.files }, (_, index) => fileText(index)),
  "export {}",
]);

/** Paths that a search finds with their right text; throws for a text that nobody wrote. Errors are damage that was said. */
function served(directory: string): { readonly found: Set<string>; readonly wasSaid: boolean } {
  const found = new Set<string>();
  let wasSaid = false;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      const { code, message } = asCommonsError(error);
      if (code !== "CATALOG_DAMAGED") throw new Error(`${code}: ${message}`, { cause: error });
      wasSaid = true;
    }
  };
  attempt(() => {
    const catalog = openTestCatalog(directory);
    try {
      attempt(() => searchAll(catalog, found, attempt));
    } finally {
      catalog.close();
    }
  });
  return { found, wasSaid };
}

function searchAll(catalog: Catalog, found: Set<string>, attempt: (work: () => void) => void): void {
  const id = catalog.findCollection(viewer, "app_code")?.id;
  if (id === undefined) return;
  const look = (query: string, path: string) =>
    attempt(() => {
      const { hits } = catalog.search(makeSearch(id, query, { limit: 3 }));
      for (const hit of hits)
        if (!texts.has(hit.text)) throw new Error(`A text that nobody wrote: ${hit.text.slice(0, 80)}`);
      if (hits.some((hit) => hit.path === path)) found.add(path);
    });
  for (let index = 0; index < counts.notes; index++) look(`remember${letters(index)}`, `note-${index}`);
  for (let index = 0; index < counts.files; index++) look(`function${letters(index)}`, `${index}.ts`);
}

/** What a damage broke of the promises; empty: nothing. */
function brokenPromises(directory: string): string[] {
  const broken: string[] = [];
  const work = join(directory, "made", "work");
  const kept = join(directory, "made", "kept");
  const whole = counts.files + counts.notes;
  copyAll(directory, kept);
  const check = checkCatalog(directory, { isDeep: true });
  const now = served(directory);
  if (now.found.size < whole && !now.wasSaid && check.findings.length === 0)
    broken.push(`${whole - now.found.size} documents are gone and nobody says so`);
  const begun = beginRebuild({ damagedDirectory: kept, workDirectory: work, embedder });
  const { lost } = begun.refill({ known: new Map(), others: [] });
  const after = served(work);
  if (after.wasSaid) broken.push("the rebuilt catalog is damaged");
  const rebuiltCheck = checkCatalog(work, { isDeep: true }).findings;
  if (rebuiltCheck.length > 0) broken.push(`the rebuilt catalog: ${rebuiltCheck.map(({ fact }) => fact).join(" ")}`);
  const { damagedPages, missingPages, damagedRows, lostCommits } = begun.facts;
  const isToldLoss = damagedPages + missingPages + damagedRows + lostCommits + check.findings.length > 0;
  const gone = whole - after.found.size;
  if (gone > lost.length && !isToldLoss) broken.push(`${gone - lost.length} documents are lost and nobody says so`);
  // What the damaged catalog still served must not be lost by the repair.
  if (!isToldLoss)
    for (const path of now.found)
      if (!after.found.has(path) && !lost.some((each) => each.path === path))
        broken.push(`${path} was served before the repair and is gone after it`);
  return broken;
}

describe("a catalog with random damage", () => {
  test(`is never served wrong, and is rebuilt or said to be lost (COMMONS_TEST_SEED=${seed} repeats it)`, () => {
    const failures: string[] = [];
    for (let run = 0; run < damages; run++) {
      const random = randomNumbers(seed + run);
      const directory = join(place.directory, `damage-${run}`);
      copyAll(random(3) === 0 ? join(place.directory, "killed") : original(), directory);
      const what = damage(directory, random);
      try {
        for (const promise of brokenPromises(directory)) failures.push(`seed ${seed + run}: ${what}: ${promise}`);
      } catch (error) {
        failures.push(`seed ${seed + run}: ${what}: ${error instanceof Error ? error.stack : String(error)}`);
      }
      rmSync(directory, { recursive: true });
    }
    expect(failures).toEqual([]);
  }, 300_000);
});
