import { z } from "zod";
import { watchAnswer } from "../watch-answer.ts";
import { categoriesParameter, collectionParameter, defineTool, extensionsParameter } from "./tool.ts";

export const watchFolderTool = defineTool({
  name: "watch_folder",
  title: "Watch a folder",
  description:
    "Watch /workspace or a folder of it: ingests it, then follows its changes, so that edits, new and deleted files are in the collection within about a second. Goes on until stop_watch; it pauses when the last session of this workspace ends, and the next one goes on with it.",
  effect: "adds",
  isIdempotent: true,
  input: z.strictObject({
    path: z
      .string()
      .default(".")
      .describe("Folder in the workspace: relative, absolute, or beginning with /workspace."),
    collection: collectionParameter.optional(),
    recursive: z.boolean().default(true),
    categories: categoriesParameter.optional(),
    extensions: extensionsParameter.optional(),
  }),
  run: (input, context) => watchAnswer(input, context),
});
