import { countOf, formatDuration } from "../../core/quantities.ts";
import type { EmbeddingView, ModelView, ReindexPrice, ReindexView } from "../../protocol/views.ts";

/** Lines of `commons status` about models that are not built in: label and text. Models that owe nothing and fail at nothing are left out. */
export function embeddingLines({ models, reindexing }: EmbeddingView, nowMs: number): [string, string][] {
  const telling = models.filter(({ texts, refused, state }) => texts > 0 || refused > 0 || state !== "idle");
  return [
    ...telling.map((model): [string, string] => ["model", modelText(model, nowMs)]),
    ...reindexing.map((run): [string, string] => ["reindex", reindexText(run)]),
  ];
}

function modelText(
  { model, state, detail, hint, retryAtMs, texts, refused, refusal }: ModelView,
  nowMs: number,
): string {
  const again = retryAtMs === null ? "" : ` Next try in ${formatDuration(Math.max(0, retryAtMs - nowMs))}.`;
  const states = {
    idle: detail ?? (texts === 0 ? "done." : "about to begin."),
    working: detail ?? "at work.",
    waiting: `does not answer. ${detail ?? ""}${again}`,
    refused: `cannot be used. ${detail ?? ""} ${hint ?? ""} Then: commons reindex COLLECTION`,
  };
  const waiting = texts === 0 ? "" : `, ${countOf(texts, "text")} to embed`;
  const left = refused === 0 ? "" : ` ${countOf(refused, "text")} refused: ${refusal ?? ""}`;
  return `${model}${waiting}: ${states[state].replaceAll(/\s+/g, " ").trim()}${left}`;
}

function reindexText({ collection, from, to, texts, done }: ReindexView): string {
  const way = from === to ? `anew with ${to}` : `from ${from} to ${to}`;
  return `${collection} ${way}: ${done.toLocaleString("en-US")} of ${countOf(texts, "text")}`;
}

/** What a person decides by before a reindex. */
export function priceLines({ plan, tokens, dollars, seconds, destination, remark }: ReindexPrice): string[] {
  return [
    `${plan.collection}: ${plan.from === plan.to ? `anew with ${plan.to}` : `from ${plan.from} to ${plan.to}`}`,
    `${countOf(plan.passages, "passage")}, ${countOf(plan.texts, "text")} to embed, about ${tokens.toLocaleString("en-US")} tokens, ${priceText(dollars)}`,
    ...(seconds === null ? [] : [`about ${formatDuration(seconds * 1_000)}, by a sample of made-up text`]),
    destination === null ? "The text stays on this machine." : `The text is sent to ${destination}.`,
    ...(remark === null ? [] : [remark]),
  ];
}

/** null: not known. */
export function priceText(dollars: number | null): string {
  if (dollars === null) return "a price that commons does not know";
  return dollars === 0 ? "free" : dollarText(dollars);
}

function dollarText(dollars: number): string {
  return dollars < 0.01 ? "less than $0.01" : `about $${dollars.toFixed(2)}`;
}
