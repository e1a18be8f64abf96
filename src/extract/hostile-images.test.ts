import { expect, test } from "vitest";
import { extract } from "../../test/fixtures/extraction.ts";
import { hostileImages } from "../../test/fixtures/samples/hostile-images.ts";

const images = hostileImages();

/** What a document must not have: a flood of facts, a size that no picture has. */
function faultsOf(result: Awaited<ReturnType<typeof extract>>): string[] {
  if (result.kind === "skipped") return /^(damaged|empty)$/.test(result.reason) ? [] : [`skipped: ${result.reason}`];
  const { content } = result.document;
  const { width = 1, height = 1, title } = content.metadata;
  return [
    ...(JSON.stringify(content).length < 100_000 ? [] : ["a flood of facts"]),
    ...(Number(width) <= 2_000_000 && Number(height) <= 2_000_000 ? [] : [`${width} x ${height}`]),
    ...(title === undefined ? [] : ["a text that was a flood"]),
  ];
}

test.each(Object.keys(images))("%s ends as a document or is left out for a reason", async (name) => {
  expect(faultsOf(await extract(name, images[name] ?? Buffer.alloc(0)))).toEqual([]);
});
