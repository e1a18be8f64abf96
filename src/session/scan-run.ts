import { referenceRates, type IngestRates } from "../core/ingest-rates.ts";
import { requireCollectionName } from "../core/collection-name.ts";
import type { StoredScope } from "../core/scopes.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { scanDirectory, type ScanRequest } from "../ingest/scan-directory.ts";
import { filterOf, isInScope } from "../ingest/select-files.ts";
import { companionsOf, pathsOfItem } from "../workspace/companions.ts";
import { changedAtMs } from "../workspace/file-stat.ts";
import { defaultCollection, findCollection, heldCollections } from "./collections.ts";
import { selectionOf } from "./scope-work.ts";
import { knownCategories } from "./known-categories.ts";
import type { IngesterOptions, ScanInput, ScanOutcome } from "./ingester.ts";
import { clockSlackMs } from "./refresh.ts";
import type { OpenWorkspace, Session } from "./session.ts";

interface Comparison {
  readonly name: string;
  /** null: there is no such collection yet. */
  readonly stored: { readonly target: DocumentTarget; readonly wasSeen: NonNullable<ScanRequest["wasSeen"]> } | null;
}

/** Scans a directory and prices its ingest. Errors: those of paths, filters and names, CANCELLED. */
export async function runScan(session: Session, input: ScanInput, { signal }: IngesterOptions): Promise<ScanOutcome> {
  const open = await session.workspace();
  const { limits } = await session.reading();
  const categories = knownCategories(input.categories);
  const wanted = input.collection === undefined ? null : requireCollectionName(input.collection);
  const [comparison, rates] = [await comparisonWith(session, open, wanted), await ratesOf(session)];
  const stored = comparison?.stored ?? null;
  const report = await scanDirectory(
    {
      workspace: open.workspace,
      directory: input.path,
      recursive: input.recursive,
      limits,
      price: rates,
      knownContents: (hashes) => knownContents(session, hashes),
      ...(stored === null ? {} : { wasSeen: stored.wasSeen }),
      ...(signal === undefined ? {} : { signal }),
      ...(categories === undefined ? {} : { categories }),
      ...(input.extensions === undefined ? {} : { extensions: input.extensions }),
      ...(input.max_files === undefined ? {} : { maxFiles: input.max_files }),
    },
    stored?.target,
  );
  const collection = comparison === null ? null : { name: comparison.name, exists: stored !== null };
  return { report, collection, measuredChunks: rates.measuredChunks };
}

/** The collection that was named, else one that holds this workspace; null when none does or the hub is away: the scan needs neither. */
async function comparisonWith(
  session: Session,
  open: OpenWorkspace,
  wanted: string | null,
): Promise<Comparison | null> {
  try {
    const name = wanted ?? (await holdingCollection(session, open));
    if (name === null) return null;
    const collection = await findCollection(session, name);
    if (collection === null) return { name, stored: null };
    const place = { collectionId: collection.id, sourceKey: open.source.key };
    const { scopes } = await session.call("sources.state", place);
    return { name, stored: { target: session.target(collection, open.source), wasSeen: seenBy(scopes) } };
  } catch {
    return null;
  }
}

/** Where an ingest without a name writes to, if that holds this workspace; else the first that does. */
async function holdingCollection(session: Session, open: OpenWorkspace): Promise<string | null> {
  const names = (await heldCollections(session, [open])).map(({ collection }) => collection.name);
  const own = await defaultCollection(session, open);
  return names.includes(own) ? own : (names[0] ?? null);
}

/** Whether one of the ingests that went through all of their scope has gone over the file as it is now. */
export function seenBy(scopes: readonly StoredScope[]): NonNullable<ScanRequest["wasSeen"]> {
  const passes = scopes.flatMap(({ scope, mirroredAtMs }) => {
    // An ingest that stops at a number of files has not seen the rest, and one of names only no content.
    if (mirroredAtMs === null || scope.maxFiles !== null || !scope.includeContent) return [];
    return [{ scope, isWanted: filterOf(selectionOf(scope)), sinceMs: mirroredAtMs - clockSlackMs }];
  });
  return ({ path, stat }) =>
    passes.some(
      ({ scope, isWanted, sinceMs }) =>
        changedAtMs(stat) < sinceMs && isInScope(scope, path) && isWanted(path, pathsOfItem(path, companionsOf(stat))),
    );
}

/** What the hub measured here; without a hub the scan still tells a price. */
function ratesOf(session: Session): Promise<IngestRates> {
  return session.call("rates.get", {}).catch(() => referenceRates);
}

function knownContents(session: Session, hashes: readonly string[]): Promise<number> {
  return session.call("contents.known", { hashes: [...hashes] }).then(
    ({ known }) => known,
    () => 0,
  );
}
