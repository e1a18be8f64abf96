import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { printableLine } from "../output/printable-text.ts";
import { consentOf } from "../setup/consent.ts";
import type { Flow } from "./migrate-flow.ts";
import type { PlaceResult } from "./place-run.ts";
import { entryTitle, migrateCommand, type PlaceRef, placeTitle, type ToldPlace } from "./place-ref.ts";

/** An entry that stays, because its collections would be lost from sight with it. */
export interface KeptEntry {
  readonly entry: EarlierEntry;
  /** As a sentence. */
  readonly reason: string;
  /** What goes on from here. */
  readonly command: string;
}

export interface EntryFates {
  readonly replaceable: readonly EarlierEntry[];
  readonly kept: readonly KeptEntry[];
}

/** An entry goes only when its collections are here, or it kept none. A person may say otherwise by `--without-collections` or on a terminal. */
export async function decideEntries(
  told: readonly ToldPlace[],
  places: readonly PlaceResult[],
  flow: Flow,
): Promise<EntryFates> {
  const replaceable: EarlierEntry[] = [];
  const kept: KeptEntry[] = [];
  const canAsk = flow.options.yes !== true && flow.consent !== null && !flow.consent.hasQuit();
  const asking = canAsk ? consentOf(flow.context, false) : null;
  for (const one of told) {
    const reason = flow.options.withoutCollections === true ? null : hindrance(one, places);
    const isAgreed =
      reason === null ||
      (asking !== null && (await asking.ask(`${printableLine(reason)} Replace the entry all the same?`)) === "yes");
    if (isAgreed) replaceable.push(one.entry);
    else kept.push({ entry: one.entry, reason, command: commandFor(one) });
  }
  return { replaceable, kept };
}

/** Why the entry still is needed, as a sentence; null: it is not. */
function hindrance({ entry, ref, note }: ToldPlace, places: readonly PlaceResult[]): string | null {
  if (entry.data.kind === "none") return null;
  if (ref === null) return note ?? "It does not say where its collections are.";
  const who = `The collections of ${entryTitle(entry)}`;
  const result = places.find((place) => isSame(place.ref, ref));
  if (result === undefined)
    return entry.scope === "project"
      ? `${who} are where a project's file says (${placeTitle(ref)}), which is not looked at unasked.`
      : `${who} (${placeTitle(ref)}) were not looked at.`;
  if (result.error !== null) return `${who} (${result.title}) could not be read.`;
  const missing = result.collections.filter(({ kind }) => kind === "refused" || kind === "declined").length;
  return missing === 0 ? null : `${who} (${result.title}) were not all brought over.`;
}

/** Whether the place that was looked at is the one that the entry tells: without a database it is all of them. */
function isSame(seen: PlaceRef, told: PlaceRef): boolean {
  if (placeTitle(seen) !== placeTitle(told)) return false;
  if (seen.kind !== "url" || told.kind !== "url") return true;
  const covers = (whole: string | null, part: string | null) => whole === null || part === null || whole === part;
  return covers(seen.tenant, told.tenant) && covers(seen.database, told.database);
}

function commandFor({ ref }: ToldPlace): string {
  return ref === null ? "commons migrate --without-collections" : migrateCommand(ref);
}
