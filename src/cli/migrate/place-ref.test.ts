import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { distinctPlaces, migrateCommand, parseHeaders, parsePlace, placeTitle, toldPlace } from "./place-ref.ts";

const directory = mkdtempSync(join(tmpdir(), "commons-places-"));
afterAll(() => rmSync(directory, { recursive: true }));
const options = { headers: {}, tenant: null, database: null };
const parse = (text: string) => parsePlace(text, directory, options);

describe("a place that a person names", () => {
  it("is an address, a volume, a container, a directory or a file", async () => {
    writeFileSync(join(directory, "chroma.sqlite3"), "");
    writeFileSync(join(directory, "notes.json"), "[]");
    expect(await parse("http://127.0.0.1:8003")).toMatchObject({ kind: "url", url: "http://127.0.0.1:8003" });
    expect(await parse("volume:chromadb-vespo-data")).toEqual({ kind: "volume", volume: "chromadb-vespo-data" });
    expect(await parse("container:chromadb-vespo")).toMatchObject({ kind: "container", container: "chromadb-vespo" });
    expect(await parse(".")).toEqual({ kind: "directory", directory });
    expect(await parse("chroma.sqlite3")).toEqual({ kind: "directory", directory });
    expect(await parse("notes.json")).toEqual({ kind: "json", file: join(directory, "notes.json") });
  });

  it.each(["", "volume:", "volume:--rm", "container:a b", 'volume:x"}}{{.', "nowhere"])(
    "that is none is refused: %j",
    async (text) => {
      await expect(parse(text)).rejects.toMatchObject({ hint: expect.stringContaining("volume:NAME") });
    },
  );

  it("is shown without its password", async () => {
    expect(placeTitle(await parse("https://me:secret@chroma.example/base"))).toBe("https://chroma.example/base");
  });
});

describe("what an entry tells", () => {
  const entryOf = (data: EarlierEntry["data"], scope = "user") =>
    // Safe: only these fields of an entry are looked at.
    ({ data, scope, title: "Codex", entry: { name: "old" } }) as EarlierEntry;
  const url = {
    kind: "url",
    url: "http://localhost:8003",
    tenant: null,
    database: "work",
    headers: { a: "b" },
  } as const;

  it("is a place once for each of its databases, however many entries tell it", () => {
    const refs = [url, url, { ...url, database: "home" }].map((data) => toldPlace(entryOf(data), options).ref);
    expect(distinctPlaces(refs.filter((ref) => ref !== null))).toEqual([url, { ...url, database: "home" }]);
    expect(toldPlace(entryOf({ kind: "none" }), options)).toMatchObject({
      ref: null,
      note: 'Codex\'s "old" kept nothing: its database lived in memory.',
    });
  });

  it("gets what the person gave only where the entry is the person's own", () => {
    const given = { headers: { authorization: "Bearer x" }, tenant: "t", database: null };
    expect(toldPlace(entryOf(url), given).ref).toMatchObject({ tenant: "t", headers: { authorization: "Bearer x" } });
    expect(toldPlace(entryOf(url, "project"), given).ref).toEqual(url);
  });

  it("never becomes an option of the container program", () => {
    const hostile = [
      entryOf({ kind: "volume", volume: "--help" }),
      entryOf({ kind: "container", container: "-v/:/x", port: 1, network: null }),
    ];
    for (const entry of hostile) expect(toldPlace(entry, options).ref).toBeNull();
  });

  it("is a command again with all that it needs but the secret", () => {
    const ref = {
      ...url,
      url: "https://me:hush@db.example/b",
      tenant: "my team",
      headers: { "x-chroma-token": "hush" },
    };
    expect(migrateCommand(ref)).toBe(
      `commons migrate --from https://db.example/b --tenant 'my team' --database work --header "x-chroma-token: VALUE" --header "authorization: VALUE"`,
    );
  });
});

describe("a header", () => {
  it("is a name and a value, and a wrong one is refused without its value", () => {
    expect(parseHeaders(["Authorization: Bearer x: y", "X-Chroma-Token:t "])).toEqual({
      authorization: "Bearer x: y",
      "x-chroma-token": "t",
    });
    for (const line of ["no-colon-secret", "bad name: secret", "empty:"]) {
      expect(() => parseHeaders([line])).toThrow("NAME: VALUE");
      expect(() => parseHeaders([line])).not.toThrow("secret");
    }
  });
});
