import { describe, expect, test } from "vitest";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import { tools } from "../session/tools/registry.ts";
import { hasBlock, instructionsText, withBlock, withoutBlock } from "./instructions-block.ts";

const begin = "<!-- commons:begin (managed by commons setup; commons uninstall removes it) -->";
const end = "<!-- commons:end -->";

const linesOf = (text: string) =>
  text
    .replace("\uFEFF", "")
    .split(/\r?\n/)
    .filter((line) => line !== "");

test("the block names only tools that exist, in eight lines at most", () => {
  const named = [...instructionsText.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, name]) => name);
  expect(named).toContain("search_context");
  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
  expect(instructionsText.split("\n").length).toBeLessThanOrEqual(8);
});

describe.each([
  ["an empty file", ""],
  ["a byte order mark alone", "\uFEFF"],
  ["a text", "# Rules\n\nBe kind.\n"],
  ["a text without a line break at its end", "# Rules"],
  ["empty lines at the end", "# Rules\n\n\n"],
  ["line ends of Windows", "# Rules\r\n\r\nBe kind.\r\n"],
  ["line ends of Windows, none at the end", "# Rules\r\nBe kind."],
])("in %s", (_, text) => {
  test("the block comes at the end, once, on lines of its own", () => {
    const once = withBlock(text, "one\ntwo");
    expect(once.startsWith(text)).toBe(true);
    expect(once.replaceAll("\r\n", "\n")).toContain(`${begin}\none\ntwo\n${end}`);
    expect(once.endsWith("\n")).toBe(true);
    expect(withBlock(once, "one\ntwo")).toBe(once);
    expect(withBlock(once, "three")).toBe(withBlock(text, "three"));
  });

  test("line ends follow the text, and taking the block away gives the same bytes", () => {
    const once = withBlock(text, "one\ntwo");
    expect(text.includes("\r\n") && once.replaceAll("\r\n", "").includes("\n")).toBe(false);
    expect(withoutBlock(once)).toBe(text);
    expect([hasBlock(once), hasBlock(text)]).toEqual([true, false]);
  });

  test("what a person appends later keeps its own line, and so does the last line before", () => {
    const appended = withoutBlock(`${withBlock(text, "one\ntwo")}more\n`);
    expect(linesOf(appended)).toEqual([...linesOf(text), "more"]);
  });
});

test("a block between other texts is replaced where it stands, and leaves one empty line", () => {
  const text = `# A\n\n${begin}\nold\n${end}\n\n# B\n`;
  expect(withBlock(text, "new")).toBe(`# A\n\n${begin}\nnew\n${end}\n\n# B\n`);
  expect(withoutBlock(text)).toBe("# A\n\n# B\n");
  expect(withoutBlock(`${begin}\nold\n${end}\n\n# B\n`)).toBe("# B\n");
});

test("a text on the line of the block's end does not join the line before the block", () => {
  expect(withoutBlock(`# A\n\n${begin}\nold\n${end}more\n`)).toBe("# A\n\nmore\n");
});

test("a text without the block is given back as it is", () => {
  expect(withoutBlock("# A\n\n")).toBe("# A\n\n");
});

test.each([
  ["a begin without an end", `# A\n${begin}\nold\n`],
  ["an end without a begin", `# A\n${end}\n`],
  ["an end before its begin", `# A\n${end}\n${begin}\n`],
  ["two blocks", `# A\n${begin}\na\n${end}\n${begin}\nb\n${end}\n`],
])("%s is refused with its line", (_, text) => {
  for (const work of [() => withBlock(text, "new"), () => withoutBlock(text)]) {
    const error = thrownBy(work);
    expect([error.code, error.message]).toEqual(["CLIENT_FILE_UNUSABLE", expect.stringMatching(/line [2-5]/)]);
  }
});
