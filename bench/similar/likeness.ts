import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chunkDocument } from "../../src/chunk/registry.ts";
import { createEmbedder, defaultEmbedderId } from "../../src/embed/registry.ts";
import { isTelling, judge, judgedText } from "../../src/search/similar/judgement.ts";
import { createTokenizer } from "../../src/search/tokenizer.ts";
import { randomShares } from "../../test/fixtures/random.ts";
import { rounded } from "../search/percentiles.ts";
import { copyMakers } from "./made-pairs.ts";

interface CodePassage {
  /** Code bases that have nothing to do with each other. */
  readonly base: string;
  readonly path: string;
  readonly text: string;
}

const root = join(import.meta.dirname, "..", "..");
const bases = {
  own: ["src"],
  hono: ["node_modules/hono/dist"],
  commander: ["node_modules/commander"],
  exif: ["node_modules/exifreader/src"],
  knip: ["node_modules/knip/dist"],
  vitest: ["node_modules/vitest/dist"],
  esbuild: ["node_modules/web-tree-sitter", "node_modules/fflate/esm"],
};
const language = "typescript";
const samples = 500;
const randomPairs = 100_000;
const strangersAsked = 500;

/** How well copies are told from strangers: shares of made copies that are found, and how near strangers come. */
export async function measureLikeness(): Promise<Record<string, unknown>> {
  const passages = (await codePassages()).filter(({ text, path }) => isTelling(judgedText(text, language), path));
  const random = randomShares(1);
  const pick = (): CodePassage => passages[Math.floor(random() * passages.length)] ?? { base: "", path: "", text: "" };
  const isCopy = (one: string, other: string): boolean => {
    const verdict = judge(judgedText(one, language), judgedText(other, language), {
      cosine: null,
      minCosine: 1,
      minCopy: 0,
    });
    return verdict !== null;
  };
  const chosen = Array.from({ length: samples }, pick).filter(({ text }) => text.split("\n").length >= 6);
  const tools = { random, stranger: () => pick().text };
  const copies = copyMakers.map((maker) => {
    const found = chosen.filter(({ text }) => isCopy(text, maker.make(text, tools))).length;
    return [maker.name, percent(found / chosen.length)];
  });
  const strangers = Array.from({ length: randomPairs }, (): [CodePassage, CodePassage] => [pick(), pick()]).filter(
    ([one, other]) => one.base !== other.base,
  );
  const wrong = strangers.filter(([one, other]) => isCopy(one.text, other.text)).length;
  return {
    passages: passages.length,
    foundPercent: Object.fromEntries(copies),
    strangersTakenForCopiesPercent: rounded((10_000 * wrong) / strangers.length) / 100,
    cosines: cosinesOf(passages, strangers),
  };
}

async function codePassages(): Promise<CodePassage[]> {
  const passages: CodePassage[] = [];
  for (const [base, directories] of Object.entries(bases)) {
    const files = directories.flatMap((directory) =>
      readdirSync(join(root, directory), { recursive: true, encoding: "utf8" }).map((name) =>
        join(root, directory, name),
      ),
    );
    for (const path of files
      .filter((name) => /\.(ts|js|mjs)$/.test(name) && !/\.d\.ts$|\.min\./.test(name))
      .toSorted()) {
      const text = readFileSync(path, "utf8");
      if (text.length > 150_000) continue;
      const chunks = await chunkDocument({ fileType: language, language, content: { kind: "text", text } });
      passages.push(...chunks.map((chunk) => ({ base, path, text: chunk.text })));
    }
  }
  return passages;
}

/** Of random strangers, and of each passage's nearest stranger: what a look-alike must exceed. */
function cosinesOf(passages: readonly CodePassage[], strangers: readonly [CodePassage, CodePassage][]) {
  const embedder = createEmbedder(defaultEmbedderId, createTokenizer().parts);
  const vectors = new Map(
    embedder.embed(passages.map(({ text }) => text)).map((vector, index) => [passages[index], vector]),
  );
  const cosine = (one: CodePassage, other: CodePassage): number => {
    const [a, b] = [vectors.get(one) ?? [], vectors.get(other) ?? []];
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
    return sum;
  };
  const step = Math.max(1, Math.floor(passages.length / strangersAsked));
  const nearest = passages
    .filter((_, index) => index % step === 0)
    .map((one) => Math.max(...passages.filter(({ base }) => base !== one.base).map((other) => cosine(one, other))));
  return {
    model: defaultEmbedderId,
    randomPairs: quantiles(
      strangers.map(([one, other]) => cosine(one, other)),
      [0.5, 0.99, 0.9999],
    ),
    nearestStranger: quantiles(nearest, [0.5, 0.95, 0.99]),
    nearestStrangerAbovePercent: Object.fromEntries(
      [0.6, 0.65, 0.68, 0.7, 0.75].map((least) => [
        least,
        percent(nearest.filter((value) => value >= least).length / nearest.length),
      ]),
    ),
  };
}

function quantiles(values: readonly number[], shares: readonly number[]): Record<string, number> {
  const sorted = values.toSorted((a, b) => a - b);
  return Object.fromEntries(
    shares.map((share) => [share, Math.round((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 1_000) / 1_000]),
  );
}

function percent(share: number): number {
  return rounded(100 * share);
}
