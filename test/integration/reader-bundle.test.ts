import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileTypeOf } from "../../src/extract/registry.ts";
import { ReaderPool } from "../../src/reader/reader-pool.ts";
import { samples as formats } from "../fixtures/samples/registry.ts";
import { samples as sources, sourceOf } from "../fixtures/source-samples.ts";
import { unpackChunks } from "../fixtures/packed-chunks.ts";
import { packageRoot } from "../fixtures/world.ts";

// A library or a grammar that a test finds in node_modules may be missing in what users get: here the bundle itself reads.
let root: string;
let pool: ReaderPool;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "reader bundle "));
  pool = new ReaderPool({ entry: join(packageRoot, "dist", "reader.mjs"), processes: 2 });
});
afterAll(async () => {
  await pool.close();
  await rm(root, { recursive: true });
});

async function readInBundle(path: string, bytes: string | Uint8Array) {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), bytes);
  const limits = { maxFileBytes: 2_000_000, maxDocumentBytes: 64_000_000 };
  const result = await pool.read({ root, path, includeContent: true, limits, storedFingerprints: [] });
  if (result.kind !== "document") throw new Error(`${path}: ${JSON.stringify(result)}`);
  return { ...result.content, chunks: unpackChunks(result.content.chunks) };
}

test.each(formats.map((sample, index) => [`${index}/${sample.path}`, sample] as const))(
  "the built reader reads %s",
  async (path, sample) => {
    const content = await readInBundle(path, await sample.bytes());
    expect(content.fileType).toBe(fileTypeOf(path)?.id);
    expect(
      content.chunks
        .map((chunk) => chunk.text)
        .join("\n")
        .trim(),
    ).not.toBe("");
  },
);

test.each(sources.map((sample, index) => [`${index}/${sample.path}`, sample] as const))(
  "the built reader cuts %s by its syntax",
  async (path, sample) => {
    const { chunks } = await readInBundle(path, sourceOf(sample));
    expect(chunks.some((chunk) => chunk.symbol !== null)).toBe(true);
    expect(chunks.map((chunk) => chunk.kind)).not.toContain("window");
  },
);
