import { expect, it } from "vitest";
import { joinSentences, listOfNames } from "./sentences.ts";

it("a command at the end of a sentence does not run into the next", () => {
  expect(joinSentences("It failed.", "Try: commons status", null, "", "Or wait")).toBe(
    "It failed. Try: commons status. Or wait",
  );
});

it("of many names the first are shown and the others counted", () => {
  expect(listOfNames(["a"])).toBe("a");
  expect(listOfNames(["a", "b", "c"])).toBe("a, b and c");
  expect(listOfNames(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 more");
});
