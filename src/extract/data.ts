import type { FileType, TextExtractor } from "./extracted.ts";
import { logTypes } from "./log.ts";
import { extractDelimited } from "./table/delimited-table.ts";
import { extractJsonLines } from "./table/json-lines.ts";
import { maxSampleRows } from "./table/sample-rows.ts";

const dataVersion = "data-2";
const maxLines = 3_000;
// Data on one endless line: as much as 3,000 lines of the usual length.
const maxChars = 200_000;

/** Structured text as it stands, up to `maxLines` and `maxChars`; what is left out is said. */
const extractStructured: TextExtractor = (text) => {
  const head = headOf(text, maxLines);
  const shown = head.text.slice(0, maxChars).toWellFormed();
  const linesLeftOut = head.left > 0 ? { linesLeftOut: head.left } : {};
  const cut = head.text.length - shown.length;
  return { kind: "text", text: shown, metadata: { ...linesLeftOut, ...(cut > 0 ? { charactersLeftOut: cut } : {}) } };
};

const data = (id: string, extensions: readonly string[], more: Partial<FileType> = {}): FileType => ({
  id,
  category: "data",
  language: id,
  extensions,
  fileNames: [],
  extracts: `The text by its keys, up to ${maxLines} lines; longer files say how much was left out.`,
  extractor: { reads: "text", extract: extractStructured },
  expectedBytes: (head, sizeBytes) => Math.min(sizeBytes, maxChars, Math.ceil(lineBytes(head) * maxLines)),
  version: dataVersion,
  ...more,
});

const table = (extract: typeof extractDelimited): Partial<FileType> => ({
  extractor: { reads: "ranges", extract },
  expectedBytes: (head, sizeBytes) => Math.min(sizeBytes, Math.ceil(lineBytes(head) * (maxSampleRows + 1))),
  extracts: `Columns with their types, the number of rows, and the first ${maxSampleRows} rows.`,
  version: "table-1",
});

export const dataTypes: readonly FileType[] = [
  data("json", ["json", "json5", "jsonc", "geojson", "webmanifest", "har", "avsc"], {
    fileNames: [".babelrc", ".eslintrc", ".prettierrc", ".swcrc"],
  }),
  data("yaml", ["yaml", "yml"], { fileNames: [".clang-format", ".yamllint"] }),
  data("toml", ["toml"]),
  data("ini", ["ini", "cfg", "conf", "properties", "desktop", "service", "env.example", "env.sample", "env.template"], {
    fileNames: [
      ".editorconfig",
      ".gitconfig",
      ".gitattributes",
      ".gitmodules",
      ".gitignore",
      ".dockerignore",
      ".npmrc",
      ".commonsignore",
    ],
  }),
  data("xml", [
    "xml",
    "xsd",
    "xsl",
    "xslt",
    "plist",
    "csproj",
    "vbproj",
    "fsproj",
    "props",
    "targets",
    "resx",
    "wsdl",
    "xaml",
    "storyboard",
    "xib",
    "rss",
    "atom",
  ]),
  data("csv", ["csv"], table(extractDelimited)),
  data("tsv", ["tsv", "tab"], table(extractDelimited)),
  data("jsonl", ["jsonl", "ndjson"], table(extractJsonLines)),
  data("translations", ["po", "pot", "strings", "arb"], {
    extracts: `The text in windows, up to ${maxLines} lines; longer files say how much was left out.`,
  }),
  ...logTypes,
];

/** Mean length of the lines of a text that may be cut in its last one. */
function lineBytes(text: string): number {
  return text.length / Math.max(1, text.split("\n").length - 1);
}

function headOf(text: string, lines: number): { text: string; left: number } {
  let end = -1;
  for (let kept = 0; kept < lines; kept++) {
    const next = text.indexOf("\n", end + 1);
    if (next === -1) return { text, left: 0 };
    end = next;
  }
  let left = 0;
  for (let at = end + 1; at < text.length; left++) {
    const next = text.indexOf("\n", at);
    at = next === -1 ? text.length : next + 1;
  }
  return { text: text.slice(0, end + 1), left };
}
