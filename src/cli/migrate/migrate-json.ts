import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { unifiedDiff } from "../setup/change-text.ts";
import { resultJson } from "../setup/setup-text.ts";
import type { CollectionResult } from "./collections-run.ts";
import type { EntriesResult } from "./entries-run.ts";
import type { KeptEntry } from "./entry-fate.ts";
import type { PlaceResult } from "./place-run.ts";
import { type PlaceRef, placeTitle } from "./place-ref.ts";

/** The whole run for programs. Nothing of it holds what authenticates. */
export function migrationJson({
  entries,
  notes,
  places,
  found,
  kept,
  replaced,
}: {
  readonly entries: readonly EarlierEntry[];
  readonly notes: readonly string[];
  readonly places: readonly PlaceResult[];
  readonly found: readonly PlaceRef[];
  readonly kept: readonly KeptEntry[];
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
    notes,
    found: found.map(placeTitle),
    kept: kept.map(({ entry: { client, file, entry }, reason, command }) => ({
      client,
      file,
      name: entry.name,
      reason,
      command,
    })),
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
