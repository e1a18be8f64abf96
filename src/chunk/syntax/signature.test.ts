import { expect, test } from "vitest";
import { chunksOf } from "../../../test/fixtures/extraction.ts";

const body = Array.from({ length: 9 }, () => "    step();").join("\n");

test.each<[string, string, string]>([
  [
    "a.py",
    `def foo(\n    a,  # why\n    *args,\n    b={"a": 1}, # comment\n    c="#no",\n    **kwargs,\n):\n${body}\n`,
    'def foo(a, *args, b={"a": 1}, c="#no", **kwargs)',
  ],
  ["a.c", `int bar(int a,\n char\n *b, /* the\n * b */\n int c)\n{\n${body}\n}\n`, "int bar(int a, char *b, int c)"],
  [
    "a.cpp",
    `template <typename T> // why\nclass A\n  : public B // base\n{\n  int x;\n${body}\n};\n`,
    "template <typename T> class A : public B",
  ],
  ["a.cs", `[Obsolete("a]b")]\npublic class A\n{\n    int x;\n${body}\n}\n`, "public class A"],
  ["a.rs", `#[foo(a = "]")]\nfn f<'a>(x: &'a str) -> X {\n${body}\n}\n`, "fn f<'a>(x: &'a str) -> X"],
  ["a.go", "package a\n\nconst (\n\tone = iota\n)\n", "const one = iota"],
  ["a.go", `package a\n\ntype (\n\tFoo struct {\n${"\t\tx int\n".repeat(9)}\t}\n)\n`, "type Foo"],
  ["a.js", `describe("suite", () => {\n${body}\n});\n`, 'describe("suite")'],
  ["a.js", `it.each([1])("x (y", async function (a) {\n${body}\n});\n`, 'it.each([1])("x (y")'],
  ["a.js", `const A = memo(forwardRef((props, ref) => {\n${body}\n}));\n`, "const A = memo(forwardRef((props, ref)))"],
])("%s: a signature has all parameters, no comments and no open brackets: %s", async (path, text, signature) => {
  const chunks = await chunksOf(path, text);
  expect(chunks.flatMap((chunk) => chunk.signature ?? [])).toEqual([signature]);
});
