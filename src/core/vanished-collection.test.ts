import { expect, test } from "vitest";
import { CommonsError } from "./errors.ts";
import { overWhatIsThere } from "./vanished-collection.ts";

const gone = new CommonsError("COLLECTION_NOT_FOUND", "The collection is not there any more.", {
  details: { id: "an-id" },
});
const unknownName = new CommonsError("COLLECTION_NOT_FOUND", 'There is no collection "a".', {
  details: { nearest: [] },
});

/** Work that meets a collection that was just unloaded, so many times. */
function workThatMisses(times: number) {
  let looks = 0;
  return () => (++looks <= times ? Promise.reject(gone) : Promise.resolve(looks));
}

test("a search of everything, or a removal by name, goes on when a collection is unloaded or replaced meanwhile", async () => {
  expect(await overWhatIsThere(workThatMisses(2))).toBe(3);
});

test("a name that nobody has is told at once", async () => {
  let looks = 0;
  const run = () => {
    looks += 1;
    return Promise.reject(unknownName);
  };
  await expect(overWhatIsThere(run)).rejects.toBe(unknownName);
  expect(looks).toBe(1);
});

test("it ends although collections vanish without end, and passes other errors on", async () => {
  await expect(overWhatIsThere(workThatMisses(1_000))).rejects.toBe(gone);
  const full = new CommonsError("DISK_FULL", "full");
  await expect(overWhatIsThere(() => Promise.reject(full))).rejects.toBe(full);
});
