import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { CatalogFinding } from "../../core/catalog-repair.ts";
import { countOf } from "../../core/quantities.ts";
import { stopHubCompletely } from "../hub-stop.ts";
import { runCatalogTask } from "./catalog-task.ts";
import {
  type DoctorCheck,
  type DoctorContext,
  failure,
  type Finding,
  note,
  ok,
  type Repair,
  warning,
} from "./finding.ts";
import { rebuildLines } from "./rebuild-text.ts";

/** The catalog's file by itself, in a process of its own, whether a hub runs or not. */
export const checkCatalogFile: DoctorCheck = {
  area: "catalog",
  run: async (context) => {
    context.onProgress("checking the catalog");
    const flags = [...(context.isDeep ? ["--deep"] : []), ...(context.hub.kind === "none" ? [] : ["--in-use"])];
    const facts = await runCatalogTask(context, { task: "check", flags });
    const findings = facts.findings.map(toFinding);
    if (findings.length > 0) return findings;
    const kept = keptCatalogs(context.paths.home);
    const { collections, documents, notes } = facts;
    const whole = ok(
      `the catalog is whole: ${countOf(collections, "collection")}, ${countOf(documents, "document")}, of them ${countOf(notes, "note")}`,
    );
    const fix = "Remove it when nothing is missed.";
    return kept.length === 0 ? [whole] : [whole, note(`A damaged catalog is kept: ${kept.join(", ")}.`, fix)];
  },
};

/** What rebuilds moved aside. */
function keptCatalogs(home: string): string[] {
  if (!existsSync(home)) return [];
  return readdirSync(home).flatMap((name) => (name.startsWith("catalog.damaged-") ? [join(home, name)] : []));
}

/** When the last rebuild was done, as the name of the catalog says that it kept; 0: there is none. */
export function lastRebuildMs(home: string): number {
  const times = keptCatalogs(home).flatMap((path) => {
    const [, date, hour, minute, second] = /-(\d{8})T(\d\d)(\d\d)(\d\d)Z(?:-\d+)?$/.exec(path) ?? [];
    if (date === undefined) return [];
    const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
    // The name has no fractions of a second.
    return [Date.parse(`${day}T${hour}:${minute}:${second}Z`) + 1_000];
  });
  return Math.max(0, ...times);
}

function toFinding({ remedy, fact, next }: CatalogFinding): Finding {
  switch (remedy) {
    case "rebuild":
      return failure(fact, "commons doctor --fix brings back all that can be, and keeps the damaged file.", rebuild);
    case "mend":
      return warning(fact, "commons doctor --fix makes it anew from the stored texts.", mend);
    case "blocked":
      return failure(fact, next ?? "Run commons doctor again.");
    case "update":
      return failure(fact, "Update chroma-commons to the version that last used this home.");
    default:
      return note(fact, "Notes of that time are worth a look; files come back with the next ingest.");
  }
}

const mend: Repair = {
  key: "catalog",
  title: "Stop the hub and make counters, vectors and word indexes of the catalog anew",
  needsConsent: true,
  run: async (context) => {
    await stopHub(context);
    await runCatalogTask(context, { task: "mend" });
    return ["Counters, vectors of the built-in model and word indexes were made anew."];
  },
};

const rebuild: Repair = {
  key: "catalog-rebuild",
  title: "Stop the hub, keep the damaged catalog under another name, and rebuild it from the file and from ChromaDB",
  needsConsent: true,
  run: async (context) => {
    await stopHub(context);
    const flags = context.withoutChroma ? ["--without-chroma"] : [];
    const { onProgress } = context;
    return rebuildLines(await runCatalogTask(context, { task: "rebuild", flags, onProgress }));
  },
};

async function stopHub({ client }: DoctorContext): Promise<void> {
  const hello = await client.find();
  if (hello !== null) await stopHubCompletely(client.connection, hello);
}
