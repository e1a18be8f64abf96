import type { Settings } from "../../config/settings.ts";
import { parseModelId } from "../../core/model-id.ts";

/** Dollars a million tokens, as OpenAI's price list had them in November 2026. */
const openaiPrices: Readonly<Record<string, number>> = {
  "text-embedding-3-small": 0.02,
  "text-embedding-3-large": 0.13,
  "text-embedding-ada-002": 0.1,
};

/** Dollars for a million tokens: of the setting, else of OpenAI itself; 0 for models of the user's own machines; null: not known. */
export function pricePerMillion(modelId: string, settings: Settings): number | null {
  const model = parseModelId(modelId);
  if (model.kind === "built-in" || model.provider !== "openai") return 0;
  const given = settings["openai.pricePerMillion"];
  if (given !== undefined) {
    const prices = given.split(",").map((part) => {
      const [price = "", name] = part
        .split("=")
        .map((word) => word.trim())
        .toReversed();
      return { name, price: Number(price) };
    });
    const own = prices.find(({ name }) => name === model.name) ?? prices.find(({ name }) => name === undefined);
    if (own !== undefined) return own.price;
  }
  const isOpenAi = URL.parse(settings["openai.url"])?.hostname === "api.openai.com";
  return isOpenAi ? (openaiPrices[model.name] ?? null) : null;
}
