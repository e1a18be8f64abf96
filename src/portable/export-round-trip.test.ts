import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { exportHeader, partsOf, smallExport, smallPage, writtenText } from "../../test/fixtures/exported-file.ts";

describe("an exported collection", () => {
  test("is read as it was written: documents, chunks, vectors, metadata, sources and authors", async () => {
    const parts = await partsOf(await smallExport());
    expect(parts.map(({ kind }) => kind)).toEqual(["header", "page", "end"]);
    expect(parts[0]).toMatchObject({ header: exportHeader });
    expect(parts[1]).toEqual({ kind: "page", page: smallPage() });
    expect(parts[2]).toMatchObject({
      end: { isConsistent: true, counts: { sources: 1, authors: 1, texts: 2, vectors: 2, documents: 2, chunks: 3 } },
    });
  });

  test("has a text once, and pages after its first name it by its hash alone", async () => {
    const file = await smallExport();
    expect(
      gunzipSync(file)
        .toString("utf8")
        .match(/export function login/g),
    ).toHaveLength(1);
    const pages = (await partsOf(file, 1)).flatMap((part) => (part.kind === "page" ? [part.page] : []));
    const [first] = smallPage().texts;
    expect(pages.map(({ documents }) => documents.map(({ path }) => path))).toEqual([
      ["src/login.ts"],
      ["src/again.ts"],
    ]);
    expect(pages[1]?.texts).toEqual([{ hash: first?.hash, text: null, vector: null }]);
    expect(pages[1]).toMatchObject({ sources: [{ key: "ws-1" }], authors: [{ agent: "codex" }] });
  });

  test("carries scopes and receipts, with the source that they are of", async () => {
    const [source] = smallPage().sources;
    const scope = {
      directory: "src",
      recursive: true,
      categories: null,
      extensions: null,
      maxFiles: null,
      includeContent: true,
    };
    const receipt = {
      id: 7,
      action: "write" as const,
      collection: "app_code",
      collectionId: "c1",
      kind: "permanent" as const,
      author: { sessionId: "s1", agent: "codex", workspace: null, branch: null, commit: null },
      source: null,
      added: 2,
      changed: 0,
      renamed: 0,
      removed: 0,
      chunks: 3,
      isForced: false,
      detail: null,
      startedAtMs: 1,
      atMs: 2,
      restorableUntilMs: null,
    };
    const text = await writtenText(async (writer) => {
      if (source !== undefined) await writer.scope(source, scope);
      await writer.receipt(receipt);
      await writer.end(false);
    });
    const parts = await partsOf(gzipSync(text));
    expect(parts.slice(1)).toMatchObject([
      { kind: "scope", source, scope },
      { kind: "receipt", receipt },
      { kind: "end", end: { isConsistent: false } },
    ]);
  });
});
