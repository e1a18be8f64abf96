import type { Catalog } from "../../src/catalog/api.ts";
import type { HubDoubles } from "./simulated-hub.ts";

interface FaultyHub {
  readonly name: string;
  readonly doubles: HubDoubles;
}

/** A catalog with other methods; all else is the real one. */
function changed(change: (catalog: Catalog) => Partial<Catalog>): HubDoubles {
  return { catalog: (catalog) => ({ ...catalog, ...change(catalog) }) };
}

/** Defects of the kind that the simulation is there for. */
export const faultyHubs: readonly FaultyHub[] = [
  {
    name: "loses an entry of the journal",
    doubles: changed((catalog) => {
      let steps = 0;
      return {
        journalPeek: (limit) => {
          const entries = catalog.journalPeek(limit);
          const [lost] = entries.filter(({ op }) => op === "sync");
          steps += 1;
          if (steps % 3 === 0 && lost !== undefined) catalog.journalAcknowledge([lost.seq]);
          return entries.filter((entry) => steps % 3 !== 0 || entry !== lost);
        },
      };
    }),
  },
  {
    name: "takes a path for a file of any source when it deletes",
    doubles: changed((catalog) => ({
      deleteDocuments: (selection, options) => {
        const { collectionId, ids } = selection;
        const places = catalog
          .collectionDetail(collectionId)
          .sources.flatMap(({ source }) => (ids ?? []).map((id) => `${source.key}/${id}`));
        const isPath = ids !== undefined && ids.every((id) => !id.includes("/") && !id.includes("#"));
        return catalog.deleteDocuments(isPath ? { ...selection, ids: places } : selection, options);
      },
    })),
  },
  {
    name: "acknowledges a write that it does not do",
    doubles: changed((catalog) => {
      let writes = 0;
      return {
        write: (batch) => {
          writes += 1;
          const kept = writes % 7 === 0 ? batch.documents.slice(1) : batch.documents;
          const result = catalog.write({ ...batch, documents: kept });
          return { ...result, added: result.added + batch.documents.length - kept.length };
        },
      };
    }),
  },
  {
    name: "takes a collection away while others use it",
    doubles: {
      handlers: (handlers) => ({
        ...handlers,
        "collections.unload": (input, caller) => handlers["collections.unload"]({ ...input, force: true }, caller),
      }),
    },
  },
  {
    name: "lets a late reading win",
    doubles: changed((catalog) => ({
      write: (batch) =>
        catalog.write({
          ...batch,
          documents: batch.documents.map((document) => ({ ...document, readAtMs: Date.now() })),
        }),
    })),
  },
];
