/**
 * Writes the generated sets: `node bench/retrieval/generate-sets.ts`. Doc comments to their functions and headings to their
 * sections, drawn with a fixed seed; the same packages give the same sets.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { corpusSpec, directoriesOf } from "./corpora.ts";
import { firstSentence } from "./doc-split.ts";
import { functionsOf } from "./functions.ts";
import { sectionsOf } from "./sections.ts";
import { setsDirectory, setText, type SetFile, type SetItem } from "./sets.ts";
import { randomShares } from "../../test/fixtures/random.ts";

const itemsPerSet = 300;
const languages = ["python", "javascript", "go", "java", "rust", "php", "ruby"];

/** At most `itemsPerSet` of them, in the order of their queries; queries that stand twice have no one answer and are left out. */
function drawn(candidates: readonly SetItem[]): SetItem[] {
  const byQuery = Map.groupBy(candidates, ({ query }) => query.toLowerCase().replaceAll(/\W+/g, " "));
  const unique = [...byQuery.values()].flatMap((items) => (items.length === 1 ? items : []));
  const random = randomShares(4);
  return unique
    .map((item) => ({ item, key: random() }))
    .toSorted((a, b) => a.key - b.key)
    .slice(0, itemsPerSet)
    .map(({ item }) => item)
    .toSorted((a, b) => (a.query < b.query ? -1 : 1));
}

async function docsToFunctions(language: string): Promise<SetFile> {
  const corpus = `functions/${language}`;
  const spec = corpusSpec(corpus);
  if (spec.kind !== "functions") throw new Error(`No functions of ${language}.`);
  const functions = await functionsOf(await directoriesOf(spec), new Set(spec.languages));
  const candidates = functions.flatMap(({ path, name, startLine, doc, code }) => {
    const query = doc === null || code.split("\n").length < 3 ? null : firstSentence(doc, name);
    return query === null ? [] : [{ query, relevant: [`${path}:${startLine}`] }];
  });
  return {
    name: `docs-to-functions/${language}`,
    description: "First sentence of a doc comment to its function; the comment is not in the indexed text.",
    corpus,
    level: "chunk",
    items: drawn(candidates),
  };
}

async function headingsToSections(): Promise<SetFile> {
  const candidates = sectionsOf(await directoriesOf(corpusSpec("sections"))).flatMap(
    ({ path, title, parents, startLine }) => {
      const parent = parents.at(-1);
      const query = title.split(" ").length > 1 || parent === undefined ? title : `${parent} ${title}`;
      const count = query.split(" ").length;
      if (count < 2 || count > 14 || !/[a-z]{3}/.test(query)) return [];
      return [{ query, relevant: [`${path}:${startLine}`] }];
    },
  );
  return {
    name: "headings-to-sections",
    description: "Words of a heading to its section; the heading is not in the indexed text.",
    corpus: "sections",
    level: "chunk",
    items: drawn(candidates),
  };
}

function write(fileName: string, set: SetFile): void {
  writeFileSync(join(setsDirectory, fileName), setText(set));
  console.log(`${set.name}: ${set.items.length} questions`);
}

for (const language of languages) write(`docs-${language}.json`, await docsToFunctions(language));
write("headings.json", await headingsToSections());
