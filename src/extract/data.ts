import type { FileType, TextExtractor } from "./extracted.ts";

const dataVersion = "data-1";
// Rows of one table look alike: the head says what the table is, and the rest would crowd out everything else in a search.
const maxRows = 200;
const maxLines = 3_000;

/** Structured text as it stands, up to `maxLines`; what is left out is said in `linesLeftOut`. */
const extractStructured: TextExtractor = (text) => {
  const head = headOf(text, maxLines);
  return { kind: "text", text: head.text, metadata: head.left > 0 ? { linesLeftOut: head.left } : {} };
};

/** The header and the first rows; `rows` counts all of them, `rowsLeftOut` those that are not in the text. */
const extractTable: TextExtractor = (text, type) => {
  const hasHeader = type.id === "csv" || type.id === "tsv";
  const head = headOf(text, maxRows + (hasHeader ? 1 : 0));
  const rows = Math.max(0, head.kept + head.left - (hasHeader ? 1 : 0));
  const firstLine = text.slice(0, 2_000).split("\n", 1)[0] ?? "";
  return {
    kind: "text",
    text: head.text,
    metadata: {
      rows,
      ...(head.left > 0 ? { rowsLeftOut: head.left } : {}),
      ...(hasHeader ? { columns: firstLine.split(type.id === "csv" ? /[,;]/ : "\t").length } : {}),
    },
  };
};

const data = (id: string, extensions: readonly string[], more: Partial<FileType> = {}): FileType => ({
  id,
  category: "data",
  language: id,
  extensions,
  fileNames: [],
  extracts: `The text in windows, up to ${maxLines} lines; longer files say how many lines were left out.`,
  extractor: { reads: "text", extract: extractStructured },
  expectedBytes: (head, sizeBytes) => Math.min(sizeBytes, Math.ceil(lineBytes(head) * maxLines)),
  version: dataVersion,
  ...more,
});

const table: Partial<FileType> = {
  extractor: { reads: "text", extract: extractTable },
  expectedBytes: (head, sizeBytes) => Math.min(sizeBytes, Math.ceil(lineBytes(head) * (maxRows + 1))),
  extracts: `The header and the first ${maxRows} rows, the number of rows and of those left out.`,
};

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
  data("csv", ["csv"], table),
  data("tsv", ["tsv", "tab"], table),
  data("jsonl", ["jsonl", "ndjson"], table),
  data("translations", ["po", "pot", "strings", "arb"]),
];

/** Mean length of the lines of a text that may be cut in its last one. */
function lineBytes(text: string): number {
  return text.length / Math.max(1, text.split("\n").length - 1);
}

function headOf(text: string, lines: number): { text: string; kept: number; left: number } {
  let end = -1;
  let kept = 0;
  while (kept < lines) {
    const next = text.indexOf("\n", end + 1);
    if (next === -1) return { text, kept: kept + (end + 1 < text.length ? 1 : 0), left: 0 };
    end = next;
    kept++;
  }
  let left = 0;
  for (let at = end + 1; at < text.length; left++) {
    const next = text.indexOf("\n", at);
    at = next === -1 ? text.length : next + 1;
  }
  return { text: text.slice(0, end + 1), kept, left };
}
