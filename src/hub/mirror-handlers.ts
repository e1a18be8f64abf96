import type { CollectionSummary } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import type { MirrorPage } from "../protocol/views.ts";
import { viewerOf } from "./caller.ts";
import { visibleCollection } from "./collection-lookup.ts";
import type { HandlersNamed, HandlerTools } from "./handlers.ts";

const recordsPerPage = 500;
const idsPerPage = 2_000;

/** Where a comparison stands: first all records of the catalog, then all ids of Chroma. */
type Cursor =
  | { readonly side: "catalog"; readonly after: number }
  | { readonly side: "chroma"; readonly offset: number };

/** The comparison of the catalog with Chroma, and its repair; only the caller's own collections. */
export function mirrorHandlers(tools: HandlerTools): HandlersNamed<"mirror.check" | "mirror.repair"> {
  return {
    "mirror.check": async ({ collection: name, cursor }, caller) => {
      const collection = await visibleCollection(tools, viewerOf(caller), name);
      return checkPage(tools, collection, parseCursor(cursor));
    },
    "mirror.repair": async ({ collection: name, recordIds }, caller) => {
      const { id } = await visibleCollection(tools, viewerOf(caller), name);
      await tools.writer.journalRecords(id, recordIds);
      tools.engine.kick();
      return {};
    },
  };
}

async function checkPage(
  { writer, engine }: HandlerTools,
  collection: CollectionSummary,
  cursor: Cursor,
): Promise<MirrorPage> {
  const { id: stamp } = collection;
  if (!engine.mirrorOf(collection).isMirrored)
    return { cursor: null, compared: 0, missing: [], different: [], extra: [] };
  const own = await engine.openOwn(collection);
  // What was written while the page was compared stands in the journal by now.
  const settled = async (ids: readonly string[]): Promise<string[]> => {
    const owed = new Set(await writer.owedRecords(stamp, ids));
    return ids.filter((id) => !owed.has(id));
  };
  if (cursor.side === "catalog") {
    const { recordIds, next } = await writer.recordPage({ stamp, after: cursor.after, limit: recordsPerPage });
    const records = await writer.engineRecords(stamp, recordIds);
    const found = (await own?.compare(records)) ?? { missing: [...recordIds], different: [] };
    return {
      cursor: next === null ? (own === null ? null : "chroma 0") : `catalog ${next}`,
      compared: recordIds.length,
      missing: await settled(found.missing),
      different: await settled(found.different),
      extra: [],
    };
  }
  const ids = (await own?.ids({ offset: cursor.offset, limit: idsPerPage })) ?? [];
  const extra = await settled(await writer.unknownRecords(stamp, ids));
  const next = ids.length < idsPerPage ? null : `chroma ${cursor.offset + ids.length}`;
  return { cursor: next, compared: 0, missing: [], different: [], extra };
}

function parseCursor(cursor: string | null): Cursor {
  if (cursor === null) return { side: "catalog", after: 0 };
  const [, side, place] = /^(catalog|chroma) (\d{1,15})$/.exec(cursor) ?? [];
  if (side === "catalog") return { side, after: Number(place) };
  if (side === "chroma") return { side, offset: Number(place) };
  throw new CommonsError("INPUT_INVALID", "That is no cursor of a comparison.", { hint: "Begin anew with null." });
}
