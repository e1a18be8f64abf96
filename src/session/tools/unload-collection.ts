import { z } from "zod";
import { countOf } from "../../core/quantities.ts";
import { shownName } from "../shown-name.ts";
import { defineTool, forceParameter } from "./tool.ts";

export const unloadCollection = defineTool({
  name: "unload_collection",
  title: "Unload collection",
  description:
    "Unload (remove) a collection. Refused while another live session uses it, unless forced. A permanent collection can be restored for 7 days.",
  effect: "destroys",
  isIdempotent: false,
  input: z.strictObject({
    collection: z.string().describe("Collection name."),
    force: forceParameter,
  }),
  async run({ collection, force }, { session, signal }) {
    const removed = await session.call("collections.unload", { collection, force }, signal);
    const back =
      removed.kind === "permanent"
        ? `\nFor 7 days it can be brought back: commons restore --receipt ${removed.receipt}`
        : "\nIt was temporary, so it cannot be brought back.";
    return (
      shownName(
        `Unloaded ${collection}: ${countOf(removed.documents, "document")}, ${countOf(removed.chunks, "chunk")}.`,
      ) + back
    );
  },
});
