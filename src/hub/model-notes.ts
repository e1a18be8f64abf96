import type { CollectionSummary } from "../core/collections.ts";
import { gapText, type VectorGap } from "../core/model-vectors.ts";
import { countOf } from "../core/quantities.ts";
import { joinSentences, listOfNames } from "../core/sentences.ts";
import type { SearchNote } from "../core/search.ts";
import type { ModelView } from "../protocol/views.ts";

/** Why a model gave no vector, and the next step where there is one. */
export interface ModelFailure {
  readonly reason: string;
  readonly hint: string | null;
}

/** A model knows no collection: its advice names one in general. */
function adviceFor(hint: string | null, collection: string): string | null {
  return hint?.replaceAll(/\bCOLLECTION\b/g, collection) ?? null;
}

/** One note for all collections of the model. */
export function unavailableNote(
  model: string,
  asked: readonly CollectionSummary[],
  { reason, hint }: ModelFailure,
): SearchNote {
  const names = asked.filter(({ embedder }) => embedder === model).map(({ name }) => name);
  const example = names[0] ?? "COLLECTION";
  const fact = `${listOfNames(names)}: words only, because ${model} is not available.`;
  const step = `To use another model: commons reindex ${example} --embedder built-in`;
  return { kind: "model-unavailable", text: joinSentences(fact, reason, adviceFor(hint, example), step) };
}

/** What keeps a model from its work, for one of its collections. */
export function problemsOf(model: ModelView, collection: string): (string | null)[] {
  const { detail, hint, state, refused, refusal } = model;
  return [
    ...(detail === null || state === "idle" ? [] : [detail]),
    adviceFor(hint, collection),
    ...(refused === 0 ? [] : [`${countOf(refused, "text")} refused: ${refusal ?? ""}`]),
    ...(state === "refused" ? [`To use another model: commons reindex ${collection} --embedder built-in`] : []),
  ];
}

/** What is still to be embedded, one note for each model. */
export function gapNotes(asked: readonly CollectionSummary[], gaps: readonly VectorGap[]): SearchNote[] {
  const counted = asked.flatMap(({ id, name, embedder }) => {
    const passages = gaps.find(({ collectionId }) => collectionId === id)?.passages ?? 0;
    return passages === 0 ? [] : [{ name, embedder, passages }];
  });
  return [...Map.groupBy(counted, ({ embedder }) => embedder)].map(([model, holders]) => {
    const passages = holders.reduce((sum, holder) => sum + holder.passages, 0);
    const names = listOfNames(holders.map(({ name }) => name));
    const text = `${gapText(passages)} of ${names} ${passages === 1 ? "has" : "have"} no vector of ${model} yet: found by words only.`;
    return { kind: "vectors-missing" as const, text };
  });
}
