/** What each set is asked against: a collection of files as the product reads them, or of prepared passages, one a chunk. */
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { chunkerVersion } from "../../src/chunk/registry.ts";
import type { Chunk, DocumentInput } from "../../src/core/document.ts";
import { ingestDirectory } from "../../src/ingest/ingest.ts";
import { createDirectReader } from "../../src/reader/read-document.ts";
import { openWorkspace } from "../../src/workspace/workspace.ts";
import { doorTo } from "../../test/fixtures/ingest-run.ts";
import { createMemoryTarget } from "../../test/fixtures/memory-target.ts";
import { type FunctionPassage, functionsOf } from "./functions.ts";
import { cacheDirectory, packageDirectory } from "./package-files.ts";
import { type CorpusPackage, readPackages } from "./packages.ts";
import { type SectionPassage, sectionsOf } from "./sections.ts";

/** Changes whenever the passages of the same packages would be others. */
const passagesVersion = 2;

export type CorpusSpec =
  /** The files of one package, read, extracted and cut by the product. */
  | { readonly kind: "files"; readonly packages: readonly string[] }
  /** A chunk for each function; `hasDocs`: with its comment. */
  | {
      readonly kind: "functions";
      readonly packages: readonly string[];
      readonly languages: readonly string[];
      readonly hasDocs: boolean;
    }
  /** A chunk for each section, without its heading. */
  | { readonly kind: "sections"; readonly packages: readonly string[] };

const python = ["tornado", "networkx", "nibabel", "attr", "jinja2", "markdown", "dateutil"];
const javaScript = [
  "rxjs",
  "luxon",
  "knex",
  "fastify",
  "pixi.js",
  "marked",
  "p-queue",
  "commander",
  "got",
  "ky",
  "lru-cache",
];

function functions(packages: readonly string[], languages: readonly string[]): CorpusSpec {
  return { kind: "functions", packages, languages, hasDocs: false };
}

const named: Readonly<Record<string, CorpusSpec>> = {
  "functions/python": functions(python, ["python"]),
  "functions/javascript": functions(javaScript, ["javascript", "typescript"]),
  "functions/go": functions(["dns", "chi", "zap"], ["go"]),
  "functions/java": functions(["joda-time", "commons-io"], ["java"]),
  "functions/rust": functions(["regex", "hyper"], ["rust"]),
  "functions/php": functions(["twig"], ["php"]),
  "functions/ruby": functions(["sequel"], ["ruby"]),
  "functions/python-documented": {
    kind: "functions",
    packages: [...python, "stdlib", "stdlib-minimal"],
    languages: ["python"],
    hasDocs: true,
  },
  sections: { kind: "sections", packages: [...javaScript, "sequel", "tornado-doc", "jinja2-doc", "attr-doc", "regex"] },
};

/** The corpus of that name; `files/NAME` is the package NAME. Throws when there is none. */
export function corpusSpec(corpus: string): CorpusSpec {
  const spec = Object.hasOwn(named, corpus) ? named[corpus] : undefined;
  if (spec !== undefined) return spec;
  const { name } = packageNamed(corpus.replace(/^files\//, ""));
  return { kind: "files", packages: [name] };
}

function packageNamed(name: string): CorpusPackage {
  const one = readPackages().find((candidate) => candidate.name === name);
  if (one === undefined) throw new Error(`No package and no corpus ${name}.`);
  return one;
}

/** The documents of a corpus, from the cache unless `isFresh`. Throws when a package cannot be fetched. */
export async function documentsOf(name: string, isFresh: boolean): Promise<readonly DocumentInput[]> {
  const spec = corpusSpec(name);
  const file = join(cacheDirectory, "documents", `${name.replaceAll("/", "-")}-${keyOf(spec)}.json`);
  // Safe: written below.
  if (existsSync(file) && !isFresh) return JSON.parse(readFileSync(file, "utf8")) as DocumentInput[];
  const documents = await prepared(spec);
  dropOlder(name);
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(documents));
  renameSync(`${file}.${process.pid}`, file);
  return documents;
}

function dropOlder(name: string): void {
  const directory = join(cacheDirectory, "documents");
  mkdirSync(directory, { recursive: true });
  const start = `${name.replaceAll("/", "-")}-`;
  const older = readdirSync(directory).filter(
    (file) => file.startsWith(start) && /^[0-9a-f]{12}\.json$/.test(file.slice(start.length)),
  );
  for (const file of older) rmSync(join(directory, file), { force: true });
}

function keyOf(spec: CorpusSpec): string {
  const versions = readPackages().map(({ name, version }) => `${name}@${version}`);
  const facts = JSON.stringify([spec, versions, chunkerVersion, passagesVersion]);
  return createHash("sha256").update(facts).digest("hex").slice(0, 12);
}

async function prepared(spec: CorpusSpec): Promise<readonly DocumentInput[]> {
  const directories = await directoriesOf(spec);
  if (spec.kind === "files") return readByProduct(directories);
  if (spec.kind === "sections") return byPath(sectionsOf(directories), sectionChunk);
  const found = await functionsOf(directories, new Set(spec.languages));
  return byPath(found, (passage) => functionChunk(passage, spec.hasDocs));
}

export async function directoriesOf({ packages }: CorpusSpec): Promise<string[]> {
  const directories: string[] = [];
  for (const name of packages) directories.push(await packageDirectory(packageNamed(name)));
  return directories;
}

/** In a directory of its own: below this repository, its ignore rules would apply. */
async function readByProduct(directories: readonly string[]): Promise<DocumentInput[]> {
  const scratch = mkdtempSync(join(tmpdir(), "commons-retrieval-"));
  try {
    for (const directory of directories) cpSync(directory, scratch, { recursive: true });
    const target = createMemoryTarget();
    const workspace = await openWorkspace({ directory: scratch, home: homedir() });
    const limits = { maxFileBytes: 2_000_000, maxDocumentBytes: 64_000_000 };
    await ingestDirectory(
      { workspace, directory: ".", recursive: true, includeContent: true, reader: createDirectReader(), limits },
      doorTo(target),
    );
    return [...target.documents.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function byPath<P extends { readonly path: string }>(passages: readonly P[], chunkOf: (passage: P) => Chunk) {
  return [...Map.groupBy(passages, ({ path }) => path)].map(([path, group]) => documentOf(path, group.map(chunkOf)));
}

function documentOf(path: string, chunks: readonly Chunk[]): DocumentInput {
  const isManual = /\.(md|rst|rdoc)$/i.test(path);
  const hash = createHash("sha256").update(JSON.stringify(chunks)).digest("hex");
  return {
    path,
    stat: { sizeBytes: 0, mtimeMs: 0, signature: hash },
    contentHash: hash,
    fingerprint: hash,
    readAtMs: 1,
    fileType: isManual ? "markdown" : "code",
    language: null,
    category: isManual ? "documents" : "code",
    metadata: {},
    givenMetadata: null,
    chunks,
  };
}

function functionChunk(passage: FunctionPassage, hasDocs: boolean): Chunk {
  const { name, scope, signature, startLine, endLine, text, code, doc } = passage;
  const kind = scope.length > 0 ? "method" : "function";
  const told = hasDocs ? { text, doc: doc?.slice(0, 600) ?? null } : { text: code, doc: null };
  return { ...told, startLine, endLine, kind, symbol: name, signature, scope };
}

function sectionChunk({ parents, startLine, endLine, body }: SectionPassage): Chunk {
  const place = parents.length === 0 ? null : parents.join(" > ");
  return { text: body, startLine, endLine, kind: "section", symbol: null, signature: null, doc: place, scope: parents };
}
