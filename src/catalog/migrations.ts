import { CommonsError } from "../core/errors.ts";
import type { Connection } from "./connection.ts";
import { embeddingSchema } from "./embedding-schema.ts";
import { originReceiptSchema } from "./origin-receipts.ts";
import { receiptSchema } from "./receipt-schema.ts";
import { schemaVersion1, schemaVersion2, schemaVersion3 } from "./schema.ts";
import { wordIndexSchema } from "./word-index/schema.ts";

/** Step i brings a file from version i to i + 1. Steps are never edited once released. */
const steps: readonly string[] = [
  schemaVersion1,
  schemaVersion2,
  schemaVersion3,
  // The own word index (what FTS5 held is made anew from the texts), and models that are not built in.
  wordIndexSchema + embeddingSchema,
  receiptSchema,
  originReceiptSchema,
];

export const currentSchemaVersion = steps.length;

/**
 * Brings the file to the current version (`upTo`: an older one, to make a file of then), each step in a transaction of its own. CATALOG_DAMAGED when the file is of a newer
 * program, or when a read-only connection finds an older one (the writer migrates, and it opens first).
 */
export function migrate(connection: Connection, upTo = currentSchemaVersion): void {
  let version = schemaVersion(connection);
  if (version > currentSchemaVersion) {
    throw new CommonsError(
      "CATALOG_DAMAGED",
      `The catalog is of version ${version}; this program knows up to ${currentSchemaVersion}.`,
      {
        hint: "Update chroma-commons to the version that last used this home directory.",
        details: { version, supported: currentSchemaVersion },
      },
    );
  }
  if (connection.isReadOnly) {
    if (version === currentSchemaVersion) return;
    throw new CommonsError(
      "CATALOG_DAMAGED",
      `The catalog is of version ${version} and must be opened for writing once.`,
    );
  }
  for (const step of steps.slice(version, upTo)) {
    version += 1;
    const reached = version;
    connection.write(() => {
      connection.exec(step);
      connection.exec(`PRAGMA user_version = ${reached}`);
    });
  }
}

function schemaVersion(connection: Connection): number {
  return connection.read(
    () => connection.prepare<{ user_version: number }>("PRAGMA user_version").get()?.user_version ?? 0,
  );
}
