import { describe, expect, it } from "vitest";
import { requireModelId } from "./registry.ts";

describe("a model's name", () => {
  it.each([
    "ollama:nomic-embed-text:v1.5",
    "ollama:hf.co/nomic-ai/embed:Q8_0",
    "openai:text-embedding-3-small",
    "openai:@cf/baai/bge-m3",
    "onnx:Xenova/all-MiniLM-L6-v2@main",
  ])("is taken as %s", (id) => expect(requireModelId(id)).toBe(id));

  it.each([
    "onnx:../../x",
    "onnx:x/..",
    "onnx:name",
    "ollama:http://evil/x",
    "ollama:../x",
    "openai:$(id)",
    "openai:a b",
    "openai:",
    `openai:${"a".repeat(201)}`,
  ])("is refused with the rule as %s", (id) => {
    expect(() => requireModelId(id)).toThrow(
      expect.objectContaining({
        code: "INPUT_INVALID",
        hint: expect.stringMatching(/^A (?:model's name|repository) is/),
      }),
    );
    expect(() => requireModelId(id)).toThrow(/is no name of a model of/);
  });
});
