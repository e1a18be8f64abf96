import { expect, test } from "vitest";
import { CommonsError } from "../../core/errors.ts";
import { nothingWritten } from "../../core/writes.ts";
import { storeContext } from "./store-context.ts";
import type { ToolContext } from "./tool.ts";

/** A session whose collection is unloaded by another one before each of the first `times` writes. */
function sessionBesideUnloads(times: number) {
  let made = 0;
  const call = async () => ({ collection: { id: `id-${++made}` } });
  const target = ({ id }: { id: string }) => ({
    write: async () => {
      if (made <= times) throw new CommonsError("COLLECTION_NOT_FOUND", "It is gone.", { details: { id } });
      return { ...nothingWritten, added: 1 };
    },
  });
  // Safe: a note with a collection and an id needs nothing else of a session.
  const context = { session: { call, target }, signal: new AbortController().signal } as unknown as ToolContext;
  return { context, made: () => made };
}

const note = { content: "words", collection: "shared_notes", id: "n-1" };

test("a collection that is unloaded between its making and the write is made again", async () => {
  const { context, made } = sessionBesideUnloads(3);
  expect(await storeContext.run(note, context)).toBe("Stored n-1 in shared_notes (1 chunk).");
  expect(made()).toBe(4);
});

test("an id that looks like another one is refused: white space around it, line ends, control characters", () => {
  const isTaken = (id: string) => storeContext.input.safeParse({ ...note, id }).success;
  expect([" a", "a ", "a\t", "a\nb", "a\u0000b", "a\u2028b", "\u001b[2J"].filter(isTaken)).toEqual([]);
  expect(["a b", "a/b", "caf\u00e9", "cafe\u0301"].filter((id) => !isTaken(id))).toEqual([]);
});
