import type { SalvageFacts } from "../../core/catalog-repair.ts";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Embedder } from "../../core/ports.ts";
import { openConnection, type Connection } from "../connection.ts";
import { embedBuiltIn } from "../mend.ts";
import { migrate } from "../migrations.ts";
import { recordIdSql } from "../record-id.ts";
import { collectionsWithoutRow, refillCatalog, type RefillOptions, type RefillResult } from "./refill.ts";
import { salvageRows } from "./salvage.ts";

export interface RebuildOptions {
  /** Holds `catalog.sqlite` and what belongs to it; only read. */
  readonly damagedDirectory: string;
  /** Where the new catalog is made; what an earlier, interrupted rebuild left there is removed. */
  readonly workDirectory: string;
  readonly embedder: Embedder;
  readonly onProgress?: (share: number) => void;
}

/** A collection that lost its row, with some of its records' ids, by which Chroma may know it. */
export interface NamelessCollection {
  readonly id: number;
  readonly recordIds: readonly string[];
}

/** What Chroma had not been told yet: what it holds of these is older than the catalog was. */
export interface OwedToChroma {
  /** By a collection's stamp: ids of records. */
  readonly records: ReadonlyMap<string, ReadonlySet<string>>;
  readonly dropped: ReadonlySet<string>;
}

export interface Rebuild {
  readonly facts: SalvageFacts;
  readonly nameless: readonly NamelessCollection[];
  readonly owed: OwedToChroma;
  /** Stamps of collections whose rows were found. */
  readonly rowStamps: ReadonlySet<string>;
  /** The same, and of those that only receipts name. */
  readonly stamps: ReadonlySet<string>;
  /** Makes the catalog of what was found, and closes the rebuild. */
  refill(chroma: Pick<RefillOptions, "known" | "others">): RefillResult;
  close(): void;
}

const scratchName = "salvage.sqlite";
const sampleRecords = 40;

/** Reads all of a damaged catalog that can be read. The file is not touched; the new one is not in use yet. */
export function beginRebuild(options: RebuildOptions): Rebuild {
  const { damagedDirectory, workDirectory, embedder } = options;
  rmSync(workDirectory, { recursive: true, force: true });
  mkdirSync(workDirectory, { recursive: true, mode: 0o700 });
  const connection = openConnection({ directory: workDirectory, isReadOnly: false });
  const scratch = join(workDirectory, scratchName);
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    connection.close();
    for (const suffix of ["", "-journal", "-wal", "-shm"]) rmSync(`${scratch}${suffix}`, { force: true });
  };
  try {
    migrate(connection);
    connection.prepare("ATTACH DATABASE ? AS salvage").run(scratch);
    connection.exec("PRAGMA salvage.journal_mode = OFF; PRAGMA salvage.synchronous = OFF");
    const facts = salvageRows(connection, damagedDirectory, options.onProgress);
    return {
      facts,
      nameless: namelessCollections(connection),
      owed: owedToChroma(connection),
      rowStamps: stampsOf(connection, "collections"),
      stamps: new Set([...stampsOf(connection, "collections"), ...stampsOf(connection, "receipts")]),
      refill: (chroma) => {
        const result = refillCatalog(connection, { ...chroma, builtInModel: embedder.id });
        embedBuiltIn(connection, embedder);
        close();
        return result;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

function namelessCollections(connection: Connection): NamelessCollection[] {
  const sample = connection.prepare<{ recordId: string }>(`
    SELECT ${recordIdSql} AS recordId FROM salvage.documents d JOIN salvage.sources s ON s.id = d.source_id
      JOIN salvage.chunks c ON c.document_id = d.id JOIN salvage.texts t ON t.id = c.text_id
    WHERE d.collection_id = ? LIMIT ${sampleRecords}`);
  return collectionsWithoutRow(connection).map((id) => ({
    id,
    recordIds: sample.all(id).map(({ recordId }) => recordId),
  }));
}

function stampsOf(connection: Connection, table: "collections" | "receipts"): Set<string> {
  const rows = connection.prepare<{ stamp: string }>(`SELECT DISTINCT stamp FROM salvage.${table}`).all();
  return new Set(rows.map(({ stamp }) => stamp));
}

function owedToChroma(connection: Connection): OwedToChroma {
  const rows = connection.prepare<{ stamp: string; op: string; recordId: string | null }>(`
    SELECT k.stamp, j.op, j.record_id AS recordId FROM salvage.journal j JOIN salvage.collections k ON k.id = j.collection_id`);
  const records = new Map<string, Set<string>>();
  const dropped = new Set<string>();
  for (const { stamp, op, recordId } of rows.all()) {
    if (op === "drop") dropped.add(stamp);
    if (recordId === null) continue;
    const known = records.get(stamp) ?? new Set<string>();
    records.set(stamp, known.add(recordId));
  }
  const unloaded = connection.prepare<{ stamp: string }>(
    "SELECT stamp FROM salvage.collections WHERE unloaded_at IS NOT NULL",
  );
  for (const { stamp } of unloaded.all()) dropped.add(stamp);
  return { records, dropped };
}
