import { z } from "zod";
import { exportToFile } from "../export-file.ts";
import { exportLink } from "../export-resources.ts";
import { exportLines } from "../portable-text.ts";
import { defineTool } from "./tool.ts";

export const exportCollectionTool = defineTool({
  name: "export_collection",
  title: "Export collection",
  description:
    "Export a collection to a portable file with its passages, vectors and metadata: for a backup, another machine or another person. The file goes into the exports directory of the shared home; the answer says where, and links it for the client to load. A file that is there stays: the new one's name then gets a number.",
  effect: "adds",
  isIdempotent: false,
  input: z.strictObject({
    collection: z.string().describe("Collection name."),
    output_path: z
      .string()
      .optional()
      .describe("Name of the file in the exports directory, without a directory. Default: the collection's name."),
  }),
  async run({ collection, output_path }, { session, signal, progress }) {
    const written = await exportToFile(session, {
      collection,
      to: { name: output_path },
      ifThere: "number",
      signal,
      onProgress: (step) => progress({ ...step, message: "exporting" }),
    });
    const link = exportLink(written);
    return { text: exportLines(written).join("\n"), links: link === null ? [] : [link] };
  },
});
