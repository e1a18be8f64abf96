import type { Catalog } from "./api.ts";
import type { CollectionStore } from "./collections.ts";
import type { Connection } from "./connection.ts";
import type { Purge } from "./purge.ts";
import type { ReceiptStore } from "./receipts.ts";
import type { Removal } from "./removal.ts";
import type { Restoring } from "./restoring.ts";
import type { SessionUses } from "./session-uses.ts";

// Pages given back to the file system after a purge step; a bound, because the writer waits meanwhile.
const vacuumPages = 2_000;

type RemovalMethods =
  | "deleteDocuments"
  | "unloadCollection"
  | "restoreCollection"
  | "restoreReceipt"
  | "promoteCollection"
  | "receipts"
  | "answerTo"
  | "noteUse"
  | "sessionUses"
  | "forgetUses"
  | "dropTemporary"
  | "purgeUnloaded";

interface RemovalStores {
  readonly connection: Connection;
  readonly collections: CollectionStore;
  readonly removal: Removal;
  readonly restoring: Restoring;
  readonly receipts: ReceiptStore;
  readonly purge: Purge;
  readonly uses: SessionUses;
}

/** The catalog's methods about what goes, what comes back and who did it, each in its transaction. */
export function createRemovalMethods({
  connection,
  collections,
  removal,
  restoring,
  receipts,
  purge,
  uses,
}: RemovalStores): Pick<Catalog, RemovalMethods> {
  const { read, write } = connection;
  return {
    deleteDocuments: (selection, options) => {
      const remove = () => removal.deleteDocuments(selection, options);
      return options.isDryRun ? read(remove) : write(remove);
    },
    unloadCollection: (id, options) => write(() => removal.unload(id, options)),
    restoreCollection: (viewer, name, origin) => write(() => restoring.collection(viewer, name, origin)),
    restoreReceipt: (viewer, receiptId, origin) => write(() => restoring.receipt(viewer, receiptId, origin)),
    promoteCollection: (request) => write(() => restoring.promote(request)),
    receipts: (viewer, query) => read(() => receipts.list(viewer, query)),
    answerTo: (callId) => read(() => receipts.answerTo(callId)),
    noteUse: (sessionId, collectionId, by) => write(() => uses.note({ sessionId, collectionId, ...by })),
    sessionUses: () => read(() => uses.all()),
    forgetUses: (liveSessionIds) => write(() => uses.forgetOthers(liveSessionIds)),
    dropTemporary: (liveSessionIds) =>
      write(() => {
        const live = new Set(liveSessionIds);
        const orphans = collections.temporary().filter((row) => !live.has(row.owner_session ?? ""));
        for (const row of orphans) purge.erase(row.id);
        receipts.forgetSessions(liveSessionIds);
        return orphans.map((row) => row.name);
      }),
    purgeUnloaded: (options) => {
      const step = write(() => purge.step(options));
      connection.vacuum(vacuumPages);
      return step;
    },
  };
}
