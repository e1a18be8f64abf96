import { expect, test } from "vitest";
import { brief } from "../../test/fixtures/chunk-lines.ts";
import { chunksOf } from "../../test/fixtures/extraction.ts";

const body = Array.from({ length: 25 }, () => "        step()").join("\n");

test.each<[string, string, string]>([
  ["a.rs", "struct Bittern { a: u8 }\n\nimpl Bittern {\n  fn x() {}\n}\n", "1-5 type Bittern"],
  ["a.rb", "def f(x); x; end\n".repeat(40), "1-40 function f"],
  ["a.ts", "declare function f(): 1; declare function f(a: 1): 1; declare function g(): 1;\n", "1-1 function f, g"],
])("%s: a joined chunk has each name once", async (path, text, expected) => {
  const chunks = await chunksOf(path, text);
  expect(brief(chunks)).toEqual([expected]);
  expect(chunks.flatMap((chunk) => new Set(chunk.signature?.split("\n")).size)).toEqual(
    chunks.map((chunk) => chunk.signature?.split("\n").length),
  );
});

test.each<[string, string, string]>([
  ["a.cs", "namespace N\n{\n    class A { int x; }\n    /// <summary>D.</summary>\n    class B { }\n}\n", "N, A, B"],
  ["a.ts", 'declare module "m" {\n  export function f(): void;\n  export class A {}\n}\n', "m, f, A"],
  ["a.cpp", "namespace n {\nint f(int a);\nnamespace m {\nclass A { int x; };\n}\n}\n", "n, f, m, A"],
  ["a.rb", "module M\n  class A\n    def x; end\n  end\n  def self.y; end\nend\n", "M, A, y"],
  ["a.rs", "mod m {\n  pub fn a() {}\n  struct B;\n}\n", "m, a, B"],
  ["a.php", "<?php\nnamespace N {\n  class A { function x() {} }\n}\n", "N, A"],
  ["a.ex", 'defmodule M do\n  @moduledoc "All."\n\n  def load(path) do\n    1\n  end\nend\n', "M, load"],
])("%s: a short namespace is found by the names of what it encloses: %s", async (path, text, symbol) => {
  expect((await chunksOf(path, text)).map((chunk) => chunk.symbol)).toEqual([symbol]);
});

test.each<[string, string]>([
  ["a.kt", "class S(val a: Int) {\n    /** First. */\n    fun one(a: Int): Int {"],
  ["a.scala", "class S(a: Int) {\n    /** First. */\n    def one(a: Int): Int = {"],
  ["a.swift", "class S {\n    /** First. */\n    func one(a: Int) -> Int {"],
])("%s: the head of a class that takes its first method in keeps both names and docs", async (path, head) => {
  const text = `/** Head. */\n${head}\n${body}\n    }\n}\n`;
  const [chunk] = await chunksOf(path, text);
  expect([chunk?.symbol, chunk?.doc]).toEqual(["S, one", "Head.\nFirst."]);
});

test.each<[string, string, string]>([
  ["a.tf", 'resource "aws_s3_bucket" "b" { bucket = "x" }\n', "1-1 block aws_s3_bucket.b"],
  ["a.ps1", 'function Get-Foo { "x" }\n', "1-1 function Get-Foo"],
])("%s: a file of one line has the name of what it declares", async (path, text, expected) => {
  expect(brief(await chunksOf(path, text))).toEqual([expected]);
});

test.each<[string, string]>([
  ["template <class T>\nint Klass<T>::load(int a)", "Klass.load"],
  ["template <class T>\nKlass<T>::~Klass()", "Klass.~Klass"],
  ["int n::Klass<Row<int>>::operator()(int a)", "n.Klass.operator()"],
])("what is defined outside of a template's class has the class as its scope: %s", async (head, expected) => {
  const [chunk] = await chunksOf("a.cpp", `${head} {\n${body}\n}\n`);
  expect([...(chunk?.scope ?? []), chunk?.symbol].join(".")).toBe(expected);
});
