import { describe, expect, test } from "vitest";
import { createTokenizer } from "./tokenizer.ts";

const tokenizer = createTokenizer();

describe("tokenizer", () => {
  test.each([
    ["getUserName", "get user name getusernam"],
    ["XMLHttpRequest", "xml http request xmlhttprequest"],
    ["snake_case_name", "snake case name snakecasenam"],
    ["utf8", "utf 8 utf8"],
    ["running runs", "run run"],
    ["as is", "as is"],
    ["__init__", "init"],
    ["___ ... ---", ""],
    ["MAX_SIZE = 10", "max size 10 maxsiz"],
    ["größenTabelle", "größen tabel größentabelle grossen"],
    ["Ärger ÄRGER", "ärger ärger arger arger"],
    ["cafe\u0301", "café cafe"],
    ["東京都", "東京 京都 東 京 都"],
    ["猫", "猫"],
    ["Reactコンポ", "react コン ンポ コ ン ポ"],
    ["ไทย", "ไท ทย ไ ท ย"],
    ["a3f9c0b1d2e4", "a3f9c0b1d2e4"],
    ["𝒳 😀 x", "x 😀 x"],
    ["Straße œuvre", "straße œuvre strass oeuvr"],
    ["データ", "デー ータ デ ー タ"],
    ["I ❤\uFE0F tea", "i ❤ tea"],
  ])("%s is indexed as %s", (text, expected) => {
    expect(tokenizer.indexText(text).trim()).toBe(expected);
  });

  test("the parts of a phrase stay neighbours although the whole identifiers are indexed", () => {
    expect(tokenizer.indexText("openFile thenClose")).toContain("open file then close");
  });

  test("a very long word is one token of bounded length", () => {
    const word = "aB".repeat(5_000);
    expect(tokenizer.parts(word)).toEqual(["ab".repeat(32)]);
  });

  test("a small cache gives the same tokens as a large one", () => {
    const small = createTokenizer({ maxCachedWords: 4 });
    const text = "alpha betaGamma delta_epsilon zeta eta theta alpha betaGamma zeta 東京 größe";
    expect(small.indexText(text)).toBe(tokenizer.indexText(text));
    expect(small.indexText(text)).toBe(tokenizer.indexText(text));
  });

  test("half a surrogate pair and a zero character are no words", () => {
    expect(tokenizer.parts("a\u0000b \ud83d c")).toEqual(["a", "b", "c"]);
  });
});
