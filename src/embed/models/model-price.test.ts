import { describe, expect, it } from "vitest";
import { loadSettings } from "../../config/load-settings.ts";
import { settingSpecs, type SettingName } from "../../config/settings.ts";
import { pricePerMillion } from "./model-price.ts";
import { modelDestination, requireModelId } from "./registry.ts";
import { estimateTokens, fittingText, textBatches } from "./text-batches.ts";
import { prefixesOf } from "./text-prefixes.ts";

const settingsWith = (flags: Partial<Record<SettingName, unknown>>) =>
  loadSettings({ env: {}, userFile: "/nonexistent/config.json", flags }).settings;

describe("the price of a million tokens", () => {
  const small = "openai:text-embedding-3-small";
  it.each([
    [small, {}, 0.02],
    ["openai:unheard-of", {}, null],
    [small, { "openai.url": "https://models.example/v1" }, null],
    [small, { "openai.pricePerMillion": "0.5" }, 0.5],
    [small, { "openai.pricePerMillion": "0.5, text-embedding-3-small = 3" }, 3],
    [small, { "openai.pricePerMillion": "other=3" }, 0.02],
    ["ollama:nomic-embed-text", { "openai.pricePerMillion": 7 }, 0],
    ["words-static-128-v1", {}, 0],
  ])("%s with %j is %j", (model, flags, price) => {
    expect(pricePerMillion(model, settingsWith(flags))).toBe(price);
  });

  it.each(["-1", "free", "a=", "a=1=2", "a=1,,b=2"])("%j is no price", (given) => {
    expect(() => settingsWith({ "openai.pricePerMillion": given })).toThrow(
      expect.objectContaining({ code: "SETTING_INVALID" }),
    );
  });
});

describe("a model's id", () => {
  it.each(["openai:", "openai: x", "ollama:a b", `openai:${"x".repeat(201)}`])(
    "%j is refused with the rule for names",
    (id) => {
      expect(() => requireModelId(id)).toThrow(
        expect.objectContaining({ code: "INPUT_INVALID", hint: expect.stringContaining("letters, digits") }),
      );
    },
  );

  it.each(["cohere:x", "__proto__:x", "words"])("%j is refused with the known kinds", (id) => {
    expect(() => requireModelId(id)).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID", hint: expect.stringContaining("onnx:REPOSITORY") }),
    );
  });

  it("says where texts go to", () => {
    const settings = settingsWith({ "ollama.url": "http://box:11434" });
    expect(modelDestination("ollama:nomic-embed-text:v1.5", settings)).toBe("http://box:11434");
    expect(modelDestination("onnx:Xenova/all-MiniLM-L6-v2", settings)).toBeNull();
    expect(modelDestination("words-static-128-v1", settings)).toBeNull();
  });

  it.each(["embedder", "ollama.url", "ollama.pull", "openai.url", "onnx.url"] as const)(
    "the setting %s decides where text goes to: no project may give it",
    (name) => {
      expect(settingSpecs[name].scope).toBe("hub");
    },
  );
});

describe("texts for a model", () => {
  it("are cut to what fits, and blank ones become a word", () => {
    const cut = fittingText("word ".repeat(1_000), 100);
    expect(estimateTokens(cut)).toBeLessThanOrEqual(100);
    expect(estimateTokens(fittingText("你好".repeat(1_000), 100))).toBeLessThanOrEqual(101);
    expect(fittingText(" \n\t", 10)).toBe("(blank)");
    expect(fittingText("short", 10)).toBe("short");
  });

  it("are put together in order, within both limits", () => {
    const texts = ["a", "b", "c".repeat(70), "d", "e"];
    expect(textBatches(texts, { maxTexts: 2, maxTokens: 10 })).toEqual([["a", "b"], ["c".repeat(70)], ["d", "e"]]);
    expect(textBatches([], { maxTexts: 2, maxTokens: 10 })).toEqual([]);
  });

  it.each([
    ["nomic-embed-text:v1.5", "search_query: "],
    ["intfloat/multilingual-e5-small", "query: "],
    ["Xenova/bge-small-en-v1.5", "Represent this sentence"],
    ["snowflake-arctic-embed2", "query: "],
    ["text-embedding-3-small", ""],
    ["all-minilm", ""],
  ])("questions to %s begin with %j", (name, prefix) => {
    expect(prefixesOf(name).query.slice(0, Math.max(1, prefix.length))).toBe(prefix);
  });
});
