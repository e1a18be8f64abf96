import { hash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { makeTree } from "../../test/fixtures/tree.ts";
import { openCheckedFile } from "../workspace/checked-file.ts";
import { hashEnds, hashSlowEnds, hashSmall, hashWhole, wholeBytes } from "./file-hash.ts";

const calm = { signal: new AbortController().signal, isTimeOver: () => false, onBytes: () => undefined };

test.each([0, 1, 1_048_575, 1_048_576, 1_048_577, 3_145_728, 3_200_000])(
  "a file of %i bytes has its sha256",
  async (size) => {
    const bytes = randomBytes(size);
    await using tree = await makeTree({ a: bytes });
    using file = openCheckedFile("a", tree.path);
    let read = 0;
    const digest = await hashWhole(file, size, { ...calm, onBytes: (count) => (read += count) });
    expect([digest?.toString("hex"), read]).toEqual([hash("sha256", bytes), size]);
  },
);

test.each([1_000, 1_048_576, 2_000_000])(
  "a file that is longer or shorter than said has no hash (%i)",
  async (size) => {
    await using tree = await makeTree({ a: randomBytes(size) });
    using file = openCheckedFile("a", tree.path);
    expect([await hashWhole(file, size - 1, calm), await hashWhole(file, size + 1, calm)]).toEqual([null, null]);
    expect([hashSmall(file, size - 1, calm), hashSmall(file, size + 1, calm)]).toEqual([null, null]);
  },
);

test("a hash ends when the time is over or the caller is gone", async () => {
  await using tree = await makeTree({ a: randomBytes(5_000_000) });
  using file = openCheckedFile("a", tree.path);
  let read = 0;
  const onBytes = (count: number): void => void (read += count);
  expect(await hashWhole(file, 5_000_000, { ...calm, onBytes, isTimeOver: () => read > 2_000_000 })).toBeNull();
  expect(read).toBeLessThan(4_000_000);
  expect(await hashWhole(file, 5_000_000, { ...calm, signal: AbortSignal.abort() })).toBeNull();
});

test.each([1, wholeBytes, wholeBytes + 1, 500_000])(
  "the ends of a slow disk's file are those of a quick one's (%i)",
  async (size) => {
    await using tree = await makeTree({ a: randomBytes(size) });
    using file = openCheckedFile("a", tree.path);
    const quick = hashEnds(file, size, Buffer.alloc(wholeBytes));
    expect(quick).not.toBeNull();
    expect(await hashSlowEnds(file, size)).toEqual(quick);
  },
);
