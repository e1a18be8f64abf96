import { referenceRates, type IngestRates } from "../core/ingest-rates.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { scanDirectory } from "../ingest/scan-directory.ts";
import { heldCollections, ownCollections } from "./collections.ts";
import { knownCategories } from "./known-categories.ts";
import type { IngesterOptions, ScanInput, ScanOutcome } from "./ingester.ts";
import type { OpenWorkspace, Session } from "./session.ts";

/** Scans a directory and prices its ingest. Errors: those of paths and filters, CANCELLED. */
export async function runScan(session: Session, input: ScanInput, { signal }: IngesterOptions): Promise<ScanOutcome> {
  const open = await session.workspace();
  const { limits } = await session.reading();
  const categories = knownCategories(input.categories);
  const [stored, rates] = [await storedHere(session, open), await ratesOf(session)];
  const report = await scanDirectory(
    {
      workspace: open.workspace,
      directory: input.path,
      recursive: input.recursive,
      limits,
      price: { ...rates, diskBytesPerChunk: rates.catalogBytesPerChunk + rates.engineBytesPerChunk },
      knownContents: (hashes) => knownContents(session, hashes),
      ...(signal === undefined ? {} : { signal }),
      ...(categories === undefined ? {} : { categories }),
      ...(input.extensions === undefined ? {} : { extensions: input.extensions }),
      ...(input.max_files === undefined ? {} : { maxFiles: input.max_files }),
    },
    stored?.target,
  );
  return { report, collection: stored?.name ?? null, measuredChunks: rates.measuredChunks };
}

/** The first collection that holds this workspace; null when there is none or the hub is away: the scan needs neither. */
async function storedHere(
  session: Session,
  open: OpenWorkspace,
): Promise<{ name: string; target: DocumentTarget } | null> {
  try {
    const [name] = await ownCollections(session, await heldCollections(session, [open]));
    if (name === undefined) return null;
    const collection = await session.call("collections.get", { collection: name });
    return { name, target: session.target(collection, open.source) };
  } catch {
    return null;
  }
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
