import { z } from "zod";
import { mostAnswerRows, photosText } from "../photos-text.ts";
import { defineTool, maxFilesParameter } from "./tool.ts";

export const extractExif = defineTool({
  name: "extract_exif",
  title: "Extract EXIF",
  description:
    "Extract EXIF from an image or from all images of a folder: when, where and with which camera, lens and exposure each photo was taken. A folder gives a summary (time range, cameras, lenses, places, errors) and a table; a file gives every tag (EXIF, GPS, IPTC, XMP, ICC, maker notes).",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({
    path: z
      .string()
      .default(".")
      .describe("Image or folder in the workspace: relative, absolute, or beginning with /workspace."),
    recursive: z.boolean().default(true).describe("Also the folders below."),
    max_files: maxFilesParameter.optional(),
  }),
  async run({ path, recursive, max_files }, { session, signal, progress }) {
    const ingester = await session.ingester();
    const report = await ingester.photos(
      { path, recursive, maxFiles: max_files, maxRows: mostAnswerRows },
      {
        signal,
        onProgress: ({ scanned, done, total, path: current }) =>
          progress({
            done: scanned + done,
            total: total === null ? null : scanned + total,
            message: `reading images ${current ?? ""}`.trim(),
          }),
      },
    );
    return photosText(path, report);
  },
});
