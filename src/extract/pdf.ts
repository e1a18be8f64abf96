import type { FileType } from "./extracted.ts";

export const pdfTypes: readonly FileType[] = [
  {
    id: "pdf",
    category: "documents",
    language: null,
    extensions: ["pdf"],
    fileNames: [],
    extracts:
      "Text page by page under the headings of the outline, and the document's properties; a scan says that it has no text.",
    extractor: {
      reads: "whole",
      async extract(file) {
        const { extractPdf } = await import("./pdf/pdf-document.ts");
        return extractPdf(await file.read(0, file.sizeBytes));
      },
    },
    // Fonts and pictures are most of a file.
    expectedBytes: (_head, sizeBytes) => Math.min(8_000_000, Math.ceil(sizeBytes / 8)),
    version: "pdf-1",
  },
];
