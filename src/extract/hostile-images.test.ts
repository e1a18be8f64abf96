import { expect, test } from "vitest";
import { extract } from "../../test/fixtures/extraction.ts";
import { hostileImages } from "../../test/fixtures/samples/hostile-images.ts";

const images = hostileImages();

test.each(Object.keys(images))("%s ends as a document or is left out for a reason", async (name) => {
  const result = await extract(name, images[name] ?? Buffer.alloc(0));
  if (result.kind === "skipped") return expect(result.reason).toMatch(/^(damaged|empty)$/);
  const { content } = result.document;
  expect(JSON.stringify(content).length).toBeLessThan(100_000);
  // No size that no picture has, and no text that was a flood.
  const { width = 1, height = 1, title } = content.metadata;
  expect([Number(width) <= 2_000_000, Number(height) <= 2_000_000, title]).toEqual([true, true, undefined]);
});
