import { randomUUID } from "node:crypto";
import { z } from "zod";
import { countOf } from "../../core/quantities.ts";
import { overWhatIsThere } from "../../core/vanished-collection.ts";
import type { WriteResult } from "../../core/writes.ts";
import { defaultCollection, ensureCollection } from "../collections.ts";
import { requireNoSecret, requirePlainKeys } from "../names-without-secrets.ts";
import { noteDocument, notesSource } from "../notes.ts";
import { metadataSchema } from "../../protocol/schemas.ts";
import { defineTool } from "./tool.ts";

export const storeContext = defineTool({
  name: "store_context",
  title: "Store a note",
  description:
    "Remember something for all agents: store a note, decision, finding or snippet in the shared context. The same id replaces the old text.",
  effect: "adds",
  isIdempotent: false,
  input: z.strictObject({
    content: z
      .string()
      .max(5_000_000)
      .refine((text) => text.trim() !== "", "is blank: there is nothing to remember")
      .describe("The text to remember; Markdown is fine."),
    collection: z.string().optional().describe("Collection name. Default: the collection of this workspace."),
    id: z
      .string()
      .min(1)
      .max(512)
      .refine((id) => id === id.trim(), "begins or ends with white space")
      .refine((id) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(id), "has a line end or another control character")
      .optional()
      .describe("Id of the note; storing the same id again replaces it. Default: a new one."),
    metadata: metadataSchema.optional().describe('Flat facts to filter by, for example {"topic": "auth"}.'),
  }),
  async run({ content, collection: given, id = `note-${randomUUID()}`, metadata = {} }, { session, signal }) {
    const name = given ?? (await defaultCollection(session, await session.workspace()));
    await requireNoSecret("id", [id]);
    await requirePlainKeys(metadata);
    const { document, secrets } = await noteDocument({ id, content, metadata });
    // Another session may unload it between the two calls: then it is made again.
    const written = await overWhatIsThere(async () => {
      const collection = await ensureCollection(session, name, { kind: "any" });
      signal.throwIfAborted();
      const target = session.target(collection, notesSource);
      return target.write({ documents: [document], renames: [], touches: [], removals: [] });
    });
    const redacted = secrets > 0 ? ` ${countOf(secrets, "secret")} not stored: replaced by [redacted: ...].` : "";
    return `${outcomeOf(written)} ${id} in ${name} (${countOf(document.chunks.count, "chunk")}).${redacted}`;
  },
});

function outcomeOf(written: WriteResult): string {
  if (written.added > 0) return "Stored";
  return written.changed > 0 ? "Replaced" : "Already stored:";
}
