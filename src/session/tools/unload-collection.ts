import { z } from "zod";
import { countOf } from "../../core/quantities.ts";
import { defineTool } from "./tool.ts";

export const unloadCollection = defineTool({
  name: "unload_collection",
  title: "Unload collection",
  description:
    "Unload (remove) a collection. Refused while another live session uses it, unless forced. A permanent collection can be restored for 7 days with `commons restore NAME`.",
  effect: "destroys",
  isIdempotent: false,
  input: z.strictObject({
    collection: z.string().describe("Collection name."),
    force: z.boolean().default(false).describe("Remove it even while other sessions use it."),
  }),
  async run({ collection, force }, { session, signal }) {
    const removed = await session.call("collections.unload", { collection, force }, signal);
    const back = removed.kind === "permanent" ? ` It can be restored for 7 days: commons restore ${collection}` : "";
    return `Unloaded ${collection}: ${countOf(removed.documents, "document")}, ${countOf(removed.chunks, "chunk")}.${back}`;
  },
});
