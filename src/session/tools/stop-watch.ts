import { z } from "zod";
import { holderText, watchName } from "../watch-text.ts";
import { chooseWatches } from "../watch-choice.ts";
import { defineTool } from "./tool.ts";

export const stopWatch = defineTool({
  name: "stop_watch",
  title: "Stop watching",
  description:
    "Stop watching a folder, for good and for every session. What is stored stays searchable, but changes are no longer followed.",
  effect: "adds",
  isIdempotent: true,
  input: z.strictObject({
    path: z.string().optional().describe("The watched folder, as given to watch_folder. Default: the workspace."),
    collection: z.string().optional().describe("Only the watch into this collection. Default: into any."),
    id: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe("The number that list_watchers shows, instead of path; also of another workspace's folder."),
  }),
  async run(input, { session }) {
    const watches = await session.watches();
    const lines: string[] = [];
    for (const watched of await chooseWatches(session, input)) {
      const holder = await watches.stop(watched);
      const by = holder === null ? "It was paused." : `${holderText(holder)} did its work, and ends it.`;
      const who = holder?.sessionId === session.id ? "This session did its work." : by;
      lines.push(`Stopped watching #${watched.id} ${watchName(watched)}. ${who}`);
    }
    return [...lines, "No session goes on with it. What is stored stays; watch_folder begins again."].join("\n");
  },
});
