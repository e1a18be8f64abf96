import { describe, expect, it } from "vitest";
import { comparableText, hasWord, queryWords } from "./query-words.ts";

const found = (query: string, text: string) =>
  queryWords(query)
    .filter((word) => hasWord(comparableText(text), word))
    .map(({ text: word }) => word);

describe("queryWords", () => {
  it("leaves out words that only ask, and short ones", () => {
    expect(queryWords("Where is the retry of uploads?").map(({ text }) => text)).toEqual(["retry", "uploads"]);
  });

  it("finds words in whatever form their characters are written, as the index does", () => {
    expect(found("café".normalize("NFD"), "a café")).toEqual(["café"]);
    expect(found("ﾃﾞｰﾀ", "データ")).toEqual(["データ"]);
    expect(found("한국어".normalize("NFD"), "한국어")).toEqual(["한국어"]);
    expect(found("café", "a café".normalize("NFD"))).toEqual(["café"]);
  });

  it("finds other endings, parts of names, and scripts without spaces", () => {
    expect(found("retries uploading addToCart", "retryUpload(cart.add(to))")).toEqual([
      "retries",
      "uploading",
      "addToCart",
    ]);
    expect(found("addToCart", "address of a cartridge")).toEqual([]);
    expect(found("如何配置连接池", "连接池已耗尽")).toEqual(["如何配置连接池"]);
    expect(found("تسجيل الدخول", "عند تسجيل المستخدم")).toEqual(["تسجيل"]);
    expect(queryWords('?! "" 👍')).toEqual([]);
  });
});
