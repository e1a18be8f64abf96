import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  author,
  makeBatch,
  makeChunk,
  makeDirectory,
  makeDocument,
  makeSearch,
  makeSource,
  notes,
  openTestCatalog,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import type { Chunk, DocumentInput } from "../core/document.ts";
import type { SearchFilters } from "../core/search.ts";
import type { Catalog, SearchRequest } from "./api.ts";

let place: ReturnType<typeof makeDirectory>;
let catalog: Catalog;
let id: string;

const makeCollection = (name: string): string =>
  catalog.ensureCollection({ ...viewer, name, kind: "permanent", author }).collection.id;

beforeEach(() => {
  place = makeDirectory();
  catalog = openTestCatalog(place.directory);
  id = makeCollection("app_code");
});
afterEach(() => {
  catalog.close();
  place.remove();
});

function store(...documents: readonly DocumentInput[]): void {
  catalog.write(makeBatch(id, { documents }));
}
function code(path: string, text: string, rest: Partial<Chunk> = {}): DocumentInput {
  return makeDocument(path, [makeChunk(text, rest)]);
}
function hits(query: string, rest: Partial<SearchRequest> = {}) {
  return catalog.search(makeSearch(id, query, rest)).hits;
}
function paths(query: string, filters: SearchFilters = {}): string[] {
  return hits(query, { filters }).map(({ path }) => path);
}

describe("ranking", () => {
  test("the chunk with more of the query's words comes first, and other words do not exclude it", () => {
    store(
      code("a.ts", "parse the date"),
      code("b.ts", "parse a date string with a locale"),
      code("c.ts", "nothing of it"),
    );
    expect(paths("parse date locale unicorn")).toEqual(["b.ts", "a.ts"]);
  });

  test("a name weighs more than a mention", () => {
    const filler = "some other statement that is here to be long ".repeat(3);
    store(code("x.ts", `${filler} calls decodeToken`), code("y.ts", filler, { symbol: "decodeToken" }));
    expect(paths("decode the token")).toEqual(["y.ts", "x.ts"]);
  });

  test("inflected words and parts of identifiers are found", () => {
    store(code("a.ts", "function closeConnections() {}"));
    expect(paths("closing a connection")).toEqual(["a.ts"]);
    expect(paths("close_connection")).toEqual(["a.ts"]);
    expect(paths("closeconnections")).toEqual(["a.ts"]);
  });

  test("words of the path are found", () => {
    store(code("src/billing/invoice.ts", "total of all lines"), code("src/other.ts", "total of all lines"));
    expect(paths("invoice")).toEqual(["src/billing/invoice.ts"]);
  });

  test("scores lie between 0 and 1 and fall with the rank", () => {
    store(code("a.ts", "alpha beta gamma"), code("b.ts", "alpha"), code("c.ts", "alpha beta"));
    const scores = hits("alpha beta gamma").map(({ score }) => score);
    expect(scores).toHaveLength(3);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(Math.max(...scores)).toBeLessThan(1);
    expect(Math.min(...scores)).toBeGreaterThan(0);
  });

  test("a collection of one note wins over a large collection that has fewer of the words", () => {
    store(
      ...Array.from({ length: 300 }, (_, index) =>
        code(`${index}.ts`, `function number ${index} retries the upload of a file`),
      ),
    );
    const small = makeCollection("decisions");
    const note = makeDocument("why-s3", ["we chose exponential backoff for the upload retries"]);
    catalog.write(makeBatch(small, { source: notes, documents: [note] }));
    const [first, second] = hits("policy of exponential backoff for an upload", { collectionIds: [id, small] });
    expect(first).toMatchObject({ collection: "decisions", path: "why-s3", sourcePath: null });
    expect(second?.collection).toBe("app_code");
    expect(first?.score).toBeGreaterThan(second?.score ?? 1);
  });

  test("a query that matches no word finds nothing", () => {
    store(code("a.ts", "alpha"));
    expect(hits("unicorn")).toEqual([]);
  });

  test("the limit holds, and every mode answers", () => {
    store(...Array.from({ length: 12 }, (_, index) => code(`${index}.ts`, `alpha ${index}`)));
    for (const mode of ["hybrid", "semantic", "keyword"] as const)
      expect(hits("alpha", { limit: 5, mode })).toHaveLength(5);
    expect(() => hits("alpha", { limit: 0 })).toThrowError(expect.objectContaining({ code: "INPUT_INVALID" }));
  });

  test("a query without words is refused", () => {
    expect(() => hits("?!")).toThrowError(expect.objectContaining({ code: "QUERY_EMPTY" }));
  });

  test("a word that most chunks have still ranks by the rare ones", () => {
    store(
      ...Array.from({ length: 60 }, (_, index) =>
        code(`${index}.ts`, index === 41 ? "common words and a zebra" : "common words only"),
      ),
    );
    expect(paths("common zebra")[0]).toBe("41.ts");
  });

  test("text in scripts without spaces is found by a part of it", () => {
    store(code("a.md", "東京都庁で会議を行う"), code("b.md", "大阪で昼食"), code("c.md", "ฉันรักประเทศไทย"));
    expect(paths("会議")).toEqual(["a.md"]);
    expect(paths("昼")).toEqual(["b.md"]);
    expect(paths("ประเทศ")).toEqual(["c.md"]);
  });

  test("operators of the index language are words like any other", () => {
    store(code("a.ts", "near and not or"), code("b.ts", "alpha"));
    expect(paths('NEAR(alpha) AND body:* - ^ ( OR "')).toContain("b.ts");
  });
});

describe("phrases", () => {
  test("chunks that hold a quoted phrase come first", () => {
    store(
      code("a.ts", "time out of the connection, connection time, out of time connection time"),
      code("b.ts", "a long text in which at last the connection   time out is explained among other things"),
    );
    expect(paths("connection time out")[0]).toBe("a.ts");
    expect(paths('"Connection time out"')).toEqual(["b.ts", "a.ts"]);
  });

  test("punctuation inside the quotes counts", () => {
    store(code("a.ts", "call open(file, mode) here"), code("b.ts", "open file mode"));
    expect(paths('"open(file, mode)"')[0]).toBe("a.ts");
    expect(paths('"open file mode"')[0]).toBe("b.ts");
  });
});

describe("filters", () => {
  beforeEach(() => {
    store(
      makeDocument("src/a.ts", [makeChunk("alpha", { symbol: "load" })], { metadata: { topic: "io", size: 3 } }),
      makeDocument("src/deep/b.tsx", ["alpha b"]),
      makeDocument("lib/c.py", ["alpha c"], { language: "python" }),
      makeDocument("docs/.hidden/d.md", ["alpha d"], { language: null, category: "documents" }),
    );
  });

  test.each<[SearchFilters, string[]]>([
    [{ path: "src/**/*.ts" }, ["src/a.ts"]],
    [{ path: "src/**" }, ["src/a.ts", "src/deep/b.tsx"]],
    [{ path: "src" }, ["src/a.ts", "src/deep/b.tsx"]],
    [{ path: "./src/" }, ["src/a.ts", "src/deep/b.tsx"]],
    [{ path: "*.py" }, ["lib/c.py"]],
    [{ path: "**/*.{md,py}" }, ["docs/.hidden/d.md", "lib/c.py"]],
    [{ path: "c.py" }, ["lib/c.py"]],
    [{ path: "nowhere/**" }, []],
    [{ language: "python" }, ["lib/c.py"]],
    [{ category: "documents" }, ["docs/.hidden/d.md"]],
    [{ language: "typescript", path: "*.tsx" }, ["src/deep/b.tsx"]],
    [{ where: { topic: "io" } }, ["src/a.ts"]],
    [{ where: { size: { $gte: 3 } } }, ["src/a.ts"]],
    [{ where: { topic: { $ne: "io" } } }, ["docs/.hidden/d.md", "lib/c.py", "src/deep/b.tsx"]],
    [{ where: { symbol: "load" } }, ["src/a.ts"]],
    [{ where: { $or: [{ language: "python" }, { path: "src/a.ts" }] } }, ["lib/c.py", "src/a.ts"]],
    [{ where: { source: "app", category: "code" }, path: "src" }, ["src/a.ts", "src/deep/b.tsx"]],
    [{ where: {} }, ["docs/.hidden/d.md", "lib/c.py", "src/a.ts", "src/deep/b.tsx"]],
  ])("%j keeps %j", (filters, expected) => {
    expect(paths("alpha", filters).toSorted()).toEqual(expected);
  });

  test("filters of one search do not touch the next", () => {
    expect(paths("alpha", { path: "*.py", where: { topic: { $ne: "io" } } })).toEqual(["lib/c.py"]);
    expect(paths("alpha", { path: "src" })).toHaveLength(2);
    expect(paths("alpha")).toHaveLength(4);
  });

  test("filters hold for phrases too", () => {
    expect(paths('"alpha"', { path: "*.py" })).toEqual(["lib/c.py"]);
  });

  test("an unknown operator is refused", () => {
    expect(() => paths("alpha", { where: { topic: { $regex: "i" } } })).toThrowError(
      expect.objectContaining({ code: "INPUT_INVALID" }),
    );
  });
});

test("a hit tells where it is, and the branch that the source is on now", () => {
  const repository = { id: "r", name: "app", remote: null, branch: "feature", commit: null, isWorktree: false };
  const chunk = makeChunk("alpha", { symbol: "load", scope: ["Store"], startLine: 4, endLine: 9, kind: "method" });
  const source = { ...makeSource(), repository };
  catalog.write(
    makeBatch(id, { source, documents: [makeDocument("src/a.ts", [chunk], { metadata: { topic: "io" } })] }),
  );
  expect(hits("alpha")[0]).toMatchObject({
    collection: "app_code",
    sourceKey: "ws-1",
    source: "app",
    sourcePath: "/home/ann/app",
    branch: "feature",
    path: "src/a.ts",
    startLine: 4,
    endLine: 9,
    symbol: "load",
    scope: ["Store"],
    kind: "method",
    language: "typescript",
    text: "alpha",
    contentHash: "hash of src/a.ts",
    stat: { sizeBytes: 100, mtimeMs: 1_000.5, signature: "1" },
    metadata: { topic: "io" },
  });
});
