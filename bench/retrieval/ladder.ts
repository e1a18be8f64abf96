import { readFileSync, writeFileSync } from "node:fs";
import type { CorpusPackage } from "./packages.ts";
import type { SetFigures } from "./evaluate.ts";
import type { RankerFigures } from "./report.ts";

type Column = readonly [heading: string, group: string];

interface Table {
  /** Its lines stand between `<!-- NAME -->` and `<!-- end of NAME -->`. */
  readonly name: string;
  readonly columns: readonly Column[];
  readonly steps: readonly (readonly [ranker: string, step: string])[];
}

const chunkColumns: readonly Column[] = [
  ["docs to functions", "docs-to-functions"],
  ["headings to sections", "headings-to-sections"],
  ["web to functions", "web-to-functions"],
];
const fileColumns: readonly Column[] = [["questions to files", "questions-to-files"]];

const tables: readonly Table[] = [
  {
    name: "passage steps",
    columns: chunkColumns,
    steps: [
      ["grep-like", "grep-like: by distinct query words, then hits"],
      ["fts5-and", "FTS5 default (implicit AND)"],
      ["fts5-or", "FTS5, words joined by OR"],
      ["fts5-split", "+ identifiers split, the whole identifier kept too"],
      ["fts5-stem", "+ Porter stems"],
      ["fts5-stop-words", "+ English stop-words dropped from the query"],
      ["fts5-fields", "+ fields with weights: path 1, name 3, signature 2, comment or heading 2, body 1"],
      ["fts5-k1", "+ k1 = 2"],
      ["bm25", "the product's own index, words alone"],
      ["dense", "the built-in embedding alone"],
      ["hybrid-no-rules", "both, fused"],
      ["hybrid", "+ the rules about files: the product"],
    ],
  },
  {
    name: "file steps",
    columns: fileColumns,
    steps: [
      ["grep-like", "grep-like"],
      ["fts5-or", "FTS5, words joined by OR"],
      ["bm25", "words alone, best passage of a file"],
      ["keyword-next", "+ a share of the whole file, and of its next three passages"],
      ["keyword-side", "+ tests, examples and documentation lower"],
      ["keyword", "+ words of the file's name, and files that define a name of the query"],
      ["dense", "the built-in embedding alone"],
      ["hybrid-no-rules", "words and embedding, without rules"],
      ["hybrid", "words, embedding and rules: the product"],
    ],
  },
];

/**
 * Writes the steps' figures and the packages into the tables of a page; a step that was not measured has a dash. Throws when a mark is
 * missing.
 */
export function writeLadder(
  file: string,
  { results, packages }: { results: readonly RankerFigures[]; packages: readonly CorpusPackage[] },
): void {
  let page = readFileSync(file, "utf8");
  for (const table of tables) page = withTable(page, table.name, ladderLines(table, results));
  page = withTable(page, "packages", [
    "| package | version | licence |",
    "| --- | --- | --- |",
    ...packages.map(packageLine),
  ]);
  writeFileSync(file, page);
}

function packageLine({ name, registryName = name, version, licence, source }: CorpusPackage): string {
  return `| ${registryName} (${source.kind === "npm" ? "npm" : "Debian"}) | ${version} | ${licence} |`;
}

function ladderLines({ columns, steps }: Table, results: readonly RankerFigures[]): string[] {
  const lines = steps.map(([ranker, step]) => {
    const means = results.find((one) => one.ranker === ranker)?.means ?? [];
    const cells = columns.map(([, group]) => figuresText(means.find(({ set }) => set === group)));
    return `| ${step} | ${cells.join(" | ")} |`;
  });
  const headings = columns.map(([heading]) => heading);
  return [`| step | ${headings.join(" | ")} |`, `| --- | ${headings.map(() => "---").join(" | ")} |`, ...lines];
}

function figuresText(figures: SetFigures | undefined): string {
  if (figures === undefined) return "-";
  return [figures.mrr, figures.ndcg, figures.recall].map((value) => value.toFixed(3)).join(" / ");
}

function withTable(page: string, name: string, lines: readonly string[]): string {
  const open = `<!-- ${name} -->\n`;
  const from = page.indexOf(open);
  const to = page.indexOf(`<!-- end of ${name} -->`);
  if (from === -1 || to < from) throw new Error(`The page has no place for the table "${name}".`);
  return `${page.slice(0, from + open.length)}${lines.join("\n")}\n${page.slice(to)}`;
}
