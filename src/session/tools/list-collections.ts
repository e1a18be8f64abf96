import { z } from "zod";
import { foreignLine } from "../../core/foreign-source.ts";
import { gapText } from "../../core/model-vectors.ts";
import { countOf, formatAge, formatBytes } from "../../core/quantities.ts";
import { collectionUsers } from "../collection-users.ts";
import { shownName } from "../shown-name.ts";
import { defineTool } from "./tool.ts";

export const listCollections = defineTool({
  name: "list_collections",
  title: "List collections",
  description:
    "List all collections in the shared ChromaDB, from every agent, repository and session: name, documents, chunks, owner, kind, embedding model, age and which sessions use it now.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({}),
  async run(_input, { session, signal }) {
    const { collections, foreign } = await session.call("collections.list", {}, signal);
    const now = Date.now();
    const lines = collections.map((collection) => {
      const users = collectionUsers(
        collection.usedBy,
        session.id,
        (use) => `${use.agent} in ${use.workspace ?? "no workspace"}`,
      );
      return [
        `${collection.name}: ${countOf(collection.documents, "document")}, ${countOf(collection.chunks, "chunk")}, ${formatBytes(collection.sizeBytes)}`,
        collection.kind === "temporary" ? "temporary, this session only" : "permanent",
        `by ${collection.owner}`,
        collection.withoutVector === 0
          ? `model ${collection.embedder}`
          : `model ${collection.embedder}, which has yet to embed ${gapText(collection.withoutVector)}`,
        `changed ${formatAge(collection.updatedAtMs, now)}`,
        users === "" ? "not in use" : `in use by ${users}`,
      ].join("; ");
    });
    if (lines.length === 0) lines.push("There are no collections yet. batch_ingest makes one from this workspace.");
    else lines.unshift(`${countOf(lines.length, "collection")}:`);
    if (foreign === null)
      lines.push("(ChromaDB is not answering just now; collections of other programs in it are not listed.)");
    lines.push(...(foreign ?? []).map(foreignLine));
    return lines.map((line) => shownName(line)).join("\n");
  },
});
