import { describe, expect, it } from "vitest";
import type { Source } from "../core/document.ts";
import { PassageCorpus } from "./passage-corpus.ts";
import { findRepeats, type Repeats } from "./repeated-passages.ts";

interface Directory {
  readonly collection?: string;
  readonly path: string;
  readonly repository?: string;
  readonly kind?: Source["kind"];
  /** Path to its texts: words of equal size, one for each passage; a word that begins with "_" is short. */
  readonly files: Readonly<Record<string, string>>;
}

const size = 200;

function corpusOf(directories: readonly Directory[]): PassageCorpus {
  const corpus = new PassageCorpus();
  const texts = new Map<string, number>();
  let id = 0;
  for (const { collection = "app", path, repository, kind = "workspace", files } of directories) {
    const isNotes = kind === "notes";
    const source: Source = {
      key: isNotes ? "notes" : `ws-${path}`,
      kind,
      name: path,
      machine: "host",
      path: isNotes ? null : path,
      repository:
        repository === undefined
          ? null
          : { id: repository, name: "r", remote: null, branch: null, commit: null, isWorktree: false },
    };
    const lists = Object.entries(files).map(
      ([file, words]) => [file, words.split(" ").filter((word) => word !== "")] as const,
    );
    const words = lists.flatMap(([, list]) => list);
    corpus.add(
      { id: collection, name: collection },
      {
        sources: [source],
        documents: lists.map(([file, list]) => ({ id: ++id, source: 0, path: file, passages: list.length })),
        textIds: words.map((word) => {
          if (!texts.has(word)) texts.set(word, 1_000 + texts.size);
          return texts.get(word) ?? 0;
        }),
        textBytes: words.map((word) => (word.startsWith("_") ? 150 : size)),
        textCharacters: words.map((word) => (word.startsWith("_") ? 50 : size)),
        next: null,
      },
    );
  }
  return corpus;
}

/** "a 0-2 = b 1-3": paths with the first passage and the one behind the last. */
function told(corpus: PassageCorpus, { repeats }: Repeats): string[] {
  return repeats.map(({ kind, occurrences, furtherRuns }) => {
    const places = occurrences.map(
      ({ document, first, count }) => `${corpus.paths[document]} ${first}-${first + count}`,
    );
    return `${kind}: ${places.join(" = ")}${furtherRuns > 0 ? ` +${furtherRuns}` : ""}`;
  });
}

function find(directories: readonly Directory[]) {
  const corpus = corpusOf(directories);
  const repeats = findRepeats(corpus, { minCharacters: 100 });
  return { ...repeats, told: told(corpus, repeats) };
}

describe("texts that stand in several files", () => {
  it("joins consecutive passages to one run, with the place in each file", () => {
    const { told: found, wastedBytes } = find([{ path: "/app", files: { a: "x 1 2 3 y", b: "p q 1 2 3" } }]);
    expect(found).toEqual(["passages: a 1-4 = b 2-5"]);
    expect(wastedBytes).toBe(3 * size);
  });

  it("is not parted by a short passage between two long ones, which is not listed by itself", () => {
    const { told: found, tooShort } = find([{ path: "/app", files: { a: "x 1 _b 2", b: "1 _b 2 y", c: "_b z" } }]);
    expect(found).toEqual(["passages: a 1-4 = b 0-3"]);
    expect(tooShort).toBe(1);
  });

  it("tells what stands more than once in one file by itself, with each place", () => {
    const { told: found, wastedBytes } = find([{ path: "/app", files: { a: "1 2 x 1 2 1 2", b: "x y" } }]);
    expect(found).toEqual(["in-file: a 0-2 = a 3-5 = a 5-7", "passages: a 2-3 = b 0-1"]);
    expect(wastedBytes).toBe(2 * 2 * size + size);
  });

  it("knows no file of several passages as its own duplicate, nor a version of it", () => {
    const files = { a: "1 2 3 4", b: "_c _c" };
    const found = find([
      { path: "/srv/app", repository: "r", files },
      { path: "/srv/app-fix", repository: "r", files },
    ]);
    expect(found.told).toEqual([]);
  });

  it("tells equal files as one group, and what else has a part of them once", () => {
    const { told: found, wastedBytes } = find([
      { path: "/app", files: { a: "1 2 3", b: "1 2 3", c: "1 2 3", d: "x 2 y" } },
    ]);
    expect(found).toEqual(["files: a 0-3 = b 0-3 = c 0-3", "passages: a 1-2 = d 1-2"]);
    expect(wastedBytes).toBe(2 * 3 * size + size);
  });

  it("has one line for boilerplate of many files", () => {
    const files = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`f${index}`, `licence own${index}`]));
    const { told: found, repeats } = find([{ path: "/app", files }]);
    expect(found).toHaveLength(1);
    expect(repeats[0]?.occurrences).toHaveLength(500);
    expect(repeats[0]?.wastedBytes).toBe(499 * size);
  });

  it("joins a run of two files across a passage that stands in further files too", () => {
    expect(
      find([{ path: "/app", files: { a: "1 2 licence 3 4", b: "1 2 licence 3 4 x", c: "licence y" } }]).told,
    ).toEqual(["passages: a 0-5 = b 0-5", "passages: a 2-3 = b 2-3 = c 0-1"]);
  });

  it("tells several runs of the same files as one group, the largest shown", () => {
    const { told: found, wastedBytes } = find([{ path: "/app", files: { a: "1 x 2 3 y 4", b: "2 3 z 1 4 w" } }]);
    expect(found).toEqual(["passages: a 2-4 = b 0-2 +2"]);
    expect(wastedBytes).toBe(4 * size);
  });

  it("joins no end of one file with the beginning of the next", () => {
    expect(find([{ path: "/app", files: { a: "x 1", b: "2 y", c: "z 1", d: "2 w" } }]).told).toEqual([
      "passages: a 1-2 = c 1-2",
      "passages: b 0-1 = d 0-1",
    ]);
  });

  it("lists a file that has the passage twice once", () => {
    expect(find([{ path: "/app", files: { a: "1 x 1", b: "1 y" } }]).told).toEqual(["passages: a 0-1 = b 0-1"]);
  });

  it("puts the most wasted first", () => {
    expect(find([{ path: "/app", files: { a: "1 x 2 3", b: "1 y", c: "z 2 3" } }]).told).toEqual([
      "passages: a 2-4 = c 1-3",
      "passages: a 0-1 = b 0-1",
    ]);
  });

  it("finds nothing in nothing, and nothing in empty files", () => {
    expect(find([]).told).toEqual([]);
    expect(find([{ path: "/app", files: { a: "", b: "" } }]).told).toEqual([]);
  });

  it("knows notes of the same id in two collections as two notes", () => {
    const found = find([
      { path: "notes", kind: "notes", collection: "one", files: { idea: "1 2" } },
      { path: "notes", kind: "notes", collection: "two", files: { idea: "1 2" } },
    ]);
    expect(found.told).toEqual(["files: idea 0-2 = idea 0-2"]);
    expect(found.shared).toEqual([]);
  });
});

describe("versions of one file", () => {
  it("are no duplicates: one directory in two collections, also as a part of a larger one", () => {
    const { told: found, shared } = find([
      { path: "/srv/app", collection: "app", files: { "web/a": "1 2", "web/b": "3", x: "4" } },
      { path: "/srv/app/web", collection: "web", files: { a: "1 2", b: "3 5" } },
    ]);
    expect(found).toEqual([]);
    expect(shared).toEqual([{ origins: [0, 1], files: 2, equalFiles: 1 }]);
  });

  it("are no duplicates: two checkouts of a repository, however much one was edited", () => {
    const { told: found, shared } = find([
      { path: "/srv/app", repository: "r", files: { a: "1 2", b: "3 4", c: "5" } },
      { path: "/srv/app-fix", repository: "r", files: { a: "1 8", b: "9 4" } },
    ]);
    expect(found).toEqual([]);
    expect(shared).toEqual([{ origins: [0, 1], files: 2, equalFiles: 0 }]);
  });

  it("are told from two parts of one repository that have a name in common", () => {
    const { told: found } = find([
      { path: "/srv/app/front", repository: "r", files: { index: "1 2", a: "x", b: "y" } },
      { path: "/srv/app/back", repository: "r", files: { index: "1 2", c: "z", d: "w" } },
    ]);
    expect(found).toEqual(["files: index 0-2 = index 0-2"]);
  });

  it("are also those of a copied directory, whose files are the same for the most part", () => {
    const { told: found, shared } = find([
      { path: "/srv/app", files: { a: "1", b: "2", c: "3" } },
      { path: "/srv/copy", files: { a: "1", b: "2", c: "4" } },
    ]);
    expect(found).toEqual([]);
    expect(shared).toEqual([{ origins: [0, 1], files: 3, equalFiles: 2 }]);
  });

  it("do not hide what another file has of them", () => {
    const { told: found, wastedBytes } = find([
      { path: "/srv/app", repository: "r", files: { a: "1 2", b: "3 4" } },
      { path: "/srv/app-fix", repository: "r", files: { a: "1 2", b: "3 4", c: "x 1" } },
    ]);
    expect(found).toEqual(["passages: a 0-1 = c 1-2"]);
    expect(wastedBytes).toBe(size);
  });
});
