import { expect, test } from "vitest";
import { chunksOf } from "../../test/fixtures/extraction.ts";

const body = Array.from({ length: 9 }, () => "    step()").join("\n");

test.each<[string, string, string | null]>([
  ["a.sh", `#!/bin/bash\nload() {\n${body.replaceAll("()", "")}\n}\n`, null],
  ["a.sh", `#!/bin/bash\n# Loads it.\nload() {\n${body.replaceAll("()", "")}\n}\n`, "Loads it."],
  ["a.py", `#!/usr/bin/env python3\n# -*- coding: utf-8 -*-\ndef load():\n${body}\n`, null],
  ["a.go", `package a\n\n//go:noinline\nfunc Load() {\n${body}\n}\n`, null],
  ["a.go", `package a\n\n// Load loads.\n//\n//go:noinline\n//nolint:all\nfunc Load() {\n${body}\n}\n`, "Load loads."],
])("%s: what is said to tools is no doc, though it stands above a function", async (path, text, doc) => {
  const named = (await chunksOf(path, text)).filter((chunk) => chunk.symbol !== null);
  expect(named.map((chunk) => chunk.doc)).toEqual([doc]);
});

test.each<[string, string | null]>([
  [
    '@doc """\nLoads it.\n\nTwice.\n"""\n@doc since: "1.0"\n@spec load(\n  String.t()\n) :: integer',
    "Loads it.\nTwice.",
  ],
  ['@doc """\nLoads it.\n"""\n', "Loads it."],
  ['@doc ~S"""\nLoads it.\n"""\n@impl true', "Loads it."],
  ["@doc false", null],
])("Elixir's attributes document a function where they are text: %s", async (attributes, doc) => {
  const [chunk] = await chunksOf("a.ex", `${attributes}\ndef load(path) do\n${body}\nend\n`);
  expect([chunk?.symbol, chunk?.doc]).toEqual(["load", doc]);
});

test("Elixir's @moduledoc documents the module, not its first function", async () => {
  const functions = ["one", "two", "three"].map((name) => `  def ${name}(path) do\n${body}\n  end\n`);
  const chunks = await chunksOf(
    "a.ex",
    `defmodule M do\n  @moduledoc """\n  All.\n  """\n\n${functions.join("\n")}end\n`,
  );
  expect(chunks.map((chunk) => chunk.doc)).toEqual(["All.", null, null, null]);
});
