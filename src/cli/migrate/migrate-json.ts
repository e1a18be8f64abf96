import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { unifiedDiff } from "../setup/change-text.ts";
import { resultJson } from "../setup/setup-text.ts";
import type { CollectionResult } from "./collections-run.ts";
import type { EntriesResult } from "./entries-run.ts";
import type { PlaceResult } from "./migrate-flow.ts";
import { type PlaceRef, placeTitle } from "./place-ref.ts";

/** The whole run for programs. Nothing of it holds what authenticates. */
export function migrationJson({
  entries,
  places,
  found,
  replaced,
}: {
  readonly entries: readonly EarlierEntry[];
  readonly places: readonly PlaceResult[];
  readonly found: readonly PlaceRef[];
  readonly replaced: EntriesResult | null;
}): Record<string, unknown> {
  return {
    entries: entries.map(({ client, title, scope, file, kind, problems, entry }) => ({
      client,
      title,
      scope,
      file,
      name: entry.name,
      kind,
      problems,
    })),
    places: places.map(({ title, collections, error }) => ({
      place: title,
      error: error?.toWire() ?? null,
      collections: collections.map(collectionJson),
    })),
    found: found.map(placeTitle),
    agents: (replaced?.agents ?? []).map(resultJson),
    removals: (replaced?.removals ?? []).map(({ file, outcome, change, error }) => ({
      file,
      outcome,
      diff: change === null ? "" : unifiedDiff(change),
      error: error?.toWire() ?? null,
    })),
  };
}

function collectionJson(result: CollectionResult): Record<string, unknown> {
  const { name, tenant, database, records } = result.collection;
  const where = { name, tenant, database };
  if (result.kind === "done") return { ...where, ...result.report };
  if (result.kind === "refused") return { ...where, outcome: "failed", error: result.error.toWire() };
  if (result.kind === "leave") return { ...where, outcome: "left", reason: result.reason };
  return { ...where, outcome: result.kind, to: result.to, records };
}
