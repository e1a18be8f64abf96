import { expect, test } from "vitest";
import { CommonsError } from "../core/errors.ts";
import { overWhatIsThere } from "./vanished-collection.ts";

const gone = new CommonsError("COLLECTION_NOT_FOUND", "The collection is not there any more.");

/** A look that meets a collection that was just unloaded, so many times. */
function lookThatMisses(times: number) {
  let looks = 0;
  return () => (++looks <= times ? Promise.reject(gone) : Promise.resolve(looks));
}

test("a search of everything goes on without a collection that is unloaded meanwhile", async () => {
  expect(await overWhatIsThere(true, lookThatMisses(2))).toBe(3);
});

test("a named collection that is unloaded meanwhile is told", async () => {
  await expect(overWhatIsThere(false, lookThatMisses(1))).rejects.toBe(gone);
});

test("a search of everything ends although collections vanish without end, and passes other errors on", async () => {
  await expect(overWhatIsThere(true, lookThatMisses(1_000))).rejects.toBe(gone);
  const full = new CommonsError("DISK_FULL", "full");
  await expect(overWhatIsThere(true, () => Promise.reject(full))).rejects.toBe(full);
});
