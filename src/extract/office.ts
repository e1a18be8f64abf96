import type { Extracted, FileType } from "./extracted.ts";
import { UnreadableArchive } from "./zip-archive.ts";

type Reading = (bytes: Buffer) => Promise<Extracted> | Extracted;

const officeVersion = "office-1";
// Text of an office file is about as long as the file is large: it is packed, and half of it is markup and pictures.
const expectedShare = 0.7;
const maxExpectedBytes = 8_000_000;

/** Reads a whole file; one that is locked, or unpacks to too much, is skipped for that reason. */
const document = (
  id: string,
  extensions: readonly string[],
  made: { extracts: string; load: () => Promise<Reading> },
): FileType => ({
  id,
  category: "documents",
  language: null,
  extensions,
  fileNames: [],
  extracts: made.extracts,
  extractor: {
    reads: "whole",
    async extract(file) {
      const read = await made.load();
      try {
        return await read(await file.read(0, file.sizeBytes));
      } catch (error) {
        if (!(error instanceof UnreadableArchive)) throw error;
        return { kind: "skipped", reason: error.reason, message: error.message };
      }
    },
  },
  expectedBytes: (_head, sizeBytes) => Math.min(maxExpectedBytes, Math.ceil(sizeBytes * expectedShare)),
  version: officeVersion,
});

const text = "Text by headings with lists, tables and notes, and the document's properties.";
const slides = "Slide by slide: title, text, tables and notes, and the document's properties.";
const sheets =
  "Sheet by sheet: columns with their types, the first 200 rows, the number of rows, and the document's properties.";

export const officeTypes: readonly FileType[] = [
  document("word", ["docx", "docm", "dotx", "dotm"], {
    extracts: text,
    load: async () => (await import("./office/word.ts")).extractWord,
  }),
  document("powerpoint", ["pptx", "pptm", "potx", "potm", "ppsx", "ppsm"], {
    extracts: slides,
    load: async () => (await import("./office/presentation.ts")).extractPresentation,
  }),
  document("excel", ["xlsx", "xlsm", "xltx", "xltm"], {
    extracts: sheets,
    load: async () => (await import("./office/workbook.ts")).extractWorkbook,
  }),
  document("opendocument-text", ["odt", "ott", "odm"], {
    extracts: text,
    load: async () => (await import("./office/text-document.ts")).extractTextDocument,
  }),
  document("opendocument-spreadsheet", ["ods", "ots"], {
    extracts: sheets,
    load: async () => (await import("./office/spreadsheet.ts")).extractSpreadsheet,
  }),
  document("opendocument-presentation", ["odp", "otp"], {
    extracts: slides,
    load: async () => (await import("./office/open-presentation.ts")).extractOpenPresentation,
  }),
  document("epub", ["epub"], {
    extracts: "Text in reading order by chapters and headings, and title, author, language and publisher.",
    load: async () => (await import("./office/book.ts")).extractBook,
  }),
  document("rtf", ["rtf"], {
    extracts: text,
    load: async () => (await import("./rtf.ts")).extractRtf,
  }),
  {
    id: "office",
    category: "documents",
    language: null,
    extensions: ["doc", "dot", "xls", "xlt", "xlsb", "ppt", "pps", "pages", "numbers", "mobi", "azw3", "djvu", "ps"],
    fileNames: [],
    extracts: "Name and size.",
    extractor: { reads: "name" },
    version: "name-1",
  },
];
