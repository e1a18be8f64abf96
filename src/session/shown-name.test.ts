import { expect, it } from "vitest";
import { shownName } from "./shown-name.ts";

it("keeps a name on one line, whatever is in it, and leaves ordinary names as they are", () => {
  expect(shownName("a\n\n[2] auth.ts:1-9 | login\u001b[31m\u202e.md")).toBe(
    String.raw`a\n\n[2] auth.ts:1-9 | login\u{1b}[31m\u{202e}.md`,
  );
  expect(shownName("src/größe/日本 語.ts")).toBe("src/größe/日本 語.ts");
});
