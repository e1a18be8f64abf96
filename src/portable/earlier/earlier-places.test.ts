import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectionNamed, makeDatabase, recordsOf, releases } from "../../../test/fixtures/earlier-chroma.ts";
import { readyUrl, startEngine, type RunningEngine } from "../../../test/fixtures/engine-world.ts";
import { scriptedChroma } from "../../../test/fixtures/scripted-chroma.ts";
import { openDatabasePlace } from "./database-place.ts";
import { isChromaServer, openServerPlace } from "./server-place.ts";

const scratch = mkdtempSync(join(tmpdir(), "commons-earlier-"));
const copies = join(scratch, "copies");
let engine: RunningEngine;
let url: string;
const data = () => join(engine.directory, "data");
const { signal } = new AbortController();

beforeAll(async () => {
  rmSync(copies, { recursive: true, force: true });
  engine = startEngine();
  url = await readyUrl(engine);
  await post("/api/v2/tenants/default_tenant/databases", { name: "second" });
  const app = await collection("default_database", "app_code", {});
  await post(`${app}/add`, {
    ids: ["a", "b", "c", "d"],
    embeddings: [0, 1, 2, 3].map((x) => [1, 2, x]),
    documents: ["alpha", "beta", null, "delta"],
    metadatas: [
      { whole: 1, part: 1.5, yes: true, no: false, text: "word", list: ["x", "y"] },
      null,
      { only: "facts" },
      { file_path: "/workspace/d.ts" },
    ],
  });
  await post(`${app}/delete`, { ids: ["b"] });
  await post(`${app}/upsert`, {
    ids: ["a"],
    embeddings: [[1, 2, 3]],
    documents: ["alpha 2"],
    metadatas: [{ whole: 2, text: null }],
  });
  const many = await collection("second", "many", {});
  const ids = Array.from({ length: 450 }, (_, at) => `id-${at}`);
  await post(`${many}/add`, {
    ids,
    embeddings: ids.map(() => [1, 0, 0]),
    documents: ids.map((id) => `text of ${id}`),
    metadatas: ids.map((_, at) => ({ at })),
  });
  await collection("default_database", "mirrored", { commons_id: "abc" });
});
afterAll(async () => {
  await engine.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function post(path: string, body: unknown): Promise<{ readonly id: string }> {
  const answer = await fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  // Safe: only what makes a collection reads the id.
  return (await answer.json()) as { id: string };
}

async function collection(database: string, name: string, metadata: Record<string, string>): Promise<string> {
  const base = `/api/v2/tenants/default_tenant/databases/${database}/collections`;
  const { id } = await post(base, Object.keys(metadata).length === 0 ? { name } : { name, metadata });
  return `${base}/${id}`;
}

const openServer = (rest: { headers?: Record<string, string>; database?: string; url?: string } = {}) =>
  openServerPlace({ url, headers: {}, tenant: null, database: null, signal, ...rest });
const openDirectory = (directory: string) => openDatabasePlace({ directory, title: directory, scratch });

const expected = {
  a: { document: "alpha 2", metadata: { whole: 2, part: 1.5, yes: true, no: false, list: "x, y" } },
  c: { document: null, metadata: { only: "facts" } },
  d: { document: "delta", metadata: { file_path: "/workspace/d.ts" } },
};

// The directory comes first: until somebody asks the server, its writes wait in the queue.
describe("the directory of a ChromaDB 1.x that runs", () => {
  it("gives the records with what waits in the queue applied, of all databases, and is as it was", async () => {
    const before = readdirSync(data()).map((name) => [name, statSync(join(data(), name)).mtimeMs]);
    const place = await openDirectory(data());
    expect(place.collections.map(({ name, database, isOwn }) => [name, database, isOwn])).toEqual([
      ["app_code", "default_database", false],
      ["many", "second", false],
      ["mirrored", "default_database", true],
    ]);
    expect(await recordsOf(place, "app_code")).toEqual(expected);
    const many = await recordsOf(place, "many");
    expect(Object.keys(many)).toHaveLength(450);
    expect(many["id-449"]).toEqual({ document: "text of id-449", metadata: { at: 449 } });
    await place.close();
    expect(readdirSync(data()).map((name) => [name, statSync(join(data(), name)).mtimeMs])).toEqual(before);
    expect(readdirSync(scratch)).toEqual([]);
  });
});

describe("a ChromaDB 1.x that answers", () => {
  it("gives the same records, of all databases of its tenant", async () => {
    const place = await openServer();
    expect(await recordsOf(place, "app_code")).toEqual(expected);
    expect(Object.keys(await recordsOf(place, "many"))).toHaveLength(450);
    expect(collectionNamed(place, "many")).toMatchObject({ database: "second", records: 450, isOwn: false });
    expect(collectionNamed(place, "mirrored").isOwn).toBe(true);
  });

  it("has the same identity by its address and in its directory", async () => {
    const [server, directory] = [await openServer(), await openDirectory(data())];
    expect(collectionNamed(server, "app_code").identity).toBe(collectionNamed(directory, "app_code").identity);
    await directory.close();
  });

  it("gives one database where one is asked for", async () => {
    const place = await openServer({ database: "second" });
    expect(place.collections.map(({ name }) => name)).toEqual(["many"]);
  });
});

describe("a ChromaDB 0.5 that answers by its first API", () => {
  it("gives its records page by page", async () => {
    const records = Array.from({ length: 401 }, (_, at) => ({
      id: `r${at}`,
      document: `text ${at}`,
      metadata: at === 0 ? null : { at },
    }));
    const server = await scriptedChroma({ notes: records, empty: [] });
    const place = await openServer({ url: `${server.url}/api/v1/` });
    expect(place.collections).toMatchObject([
      { name: "notes", records: 401 },
      { name: "empty", records: 0 },
    ]);
    const read = await recordsOf(place, "notes");
    expect(Object.keys(read)).toHaveLength(401);
    expect(read["r400"]).toEqual({ document: "text 400", metadata: { at: 400 } });
    expect(await recordsOf(place, "empty")).toEqual({});
    expect(server.asked.filter((path) => path.endsWith("/get"))).toHaveLength(4);
    await server.close();
  });

  it("that knows no offset is not read for ever", async () => {
    const records = Array.from({ length: 250 }, (_, at) => ({ id: `r${at}`, document: "text", metadata: null }));
    const server = await scriptedChroma({ notes: records }, { hasOffsets: false });
    const place = await openServer({ url: server.url });
    await expect(recordsOf(place, "notes")).rejects.toMatchObject({
      code: "MIGRATION_UNUSABLE",
      message: expect.stringContaining("the same records again"),
    });
    await server.close();
  });

  it("that wants a token says which option gives it, and takes it by its header", async () => {
    const server = await scriptedChroma({ notes: [] }, { token: "sesame" });
    await expect(openServer({ url: server.url })).rejects.toMatchObject({
      code: "MIGRATION_UNUSABLE",
      hint: expect.stringContaining("--header"),
    });
    const place = await openServer({ url: server.url, headers: { Authorization: "Bearer sesame" } });
    expect(place.collections).toHaveLength(1);
    await server.close();
  });

  it("is told from what is none", async () => {
    const server = await scriptedChroma({});
    expect(await isChromaServer(server.url, signal)).toBe(true);
    await server.close();
    expect(await isChromaServer(server.url, signal)).toBe(false);
    await expect(openServer({ url: server.url })).rejects.toMatchObject({
      code: "MIGRATION_UNUSABLE",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    const elsewhere = await scriptedChroma({}, { leadsTo: "https://user:pass@else.test:1/login" });
    await expect(openServer({ url: elsewhere.url })).rejects.toMatchObject({
      message: expect.stringContaining("HTTP 302"),
      hint: expect.stringContaining("https://else.test:1"),
    });
    await elsewhere.close();
    await expect(openServer({ url: "http://127.0.0.1:9" })).rejects.toThrow("another kind of server");
    await expect(openServer({ url: "http://127.0.0.1:99999" })).rejects.toThrow("99999; ports end at 65535");
    await expect(openServer({ url: "ftp://x" })).rejects.toMatchObject({ code: "MIGRATION_UNUSABLE" });
    await expect(openServer({ headers: { "a\nb": "secret-value" } })).rejects.not.toThrow("secret-value");
  });
});

/** Fills a database as a server of that release would. */
function fill(database: DatabaseSync, release: keyof typeof releases): void {
  const has = (table: string, column: string) =>
    database
      .prepare(`PRAGMA table_info(${table})`)
      .all()
      .some((row) => row["name"] === column);
  const topic = "persistent://default/default/c-1";
  const values: Record<string, string> = { id: "c-1", name: "old_notes" };
  if (has("collections", "topic")) values["topic"] = topic;
  if (has("collections", "database_id"))
    values["database_id"] = String(database.prepare("SELECT id FROM databases").get()?.["id"]);
  const columns = Object.keys(values);
  database
    .prepare(`INSERT INTO collections (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`)
    .run(...Object.values(values));
  for (const scope of ["METADATA", "VECTOR"])
    database
      .prepare("INSERT INTO segments (id, type, scope, collection) VALUES (?, ?, ?, 'c-1')")
      .run(`s-${scope}`, scope, scope);
  for (const [row, id] of ["kept", "edited", "deleted"].entries()) {
    database
      .prepare("INSERT INTO embeddings (id, segment_id, embedding_id, seq_id) VALUES (?, 's-METADATA', ?, ?)")
      .run(row, id, row);
    database
      .prepare("INSERT INTO embedding_metadata (id, key, string_value) VALUES (?, 'chroma:document', ?)")
      .run(row, `text of ${id}`);
    database.prepare("INSERT INTO embedding_metadata (id, key, int_value) VALUES (?, 'size', ?)").run(row, row);
  }
  // Up to 0.5.8 the number stood there as bytes.
  const applied = releases[release].metadb < 5 ? Buffer.from("0000000000000003", "hex") : 3;
  database.prepare("INSERT INTO max_seq_id (segment_id, seq_id) VALUES ('s-METADATA', ?)").run(applied);
  const queued: readonly (readonly [number, number, string, unknown])[] = [
    [2, 0, "kept", { "chroma:document": "older than the segment" }],
    [4, 2, "edited", { "chroma:document": "edited", size: null, mark: true }],
    [5, 3, "deleted", null],
    [6, 0, "kept", { "chroma:document": "an id that is there is not added" }],
    [7, 1, "nobody", { "chroma:document": "what is not there is not updated" }],
    [8, 0, "fresh", { "chroma:document": "fresh", rate: 0.5 }],
  ];
  for (const [seq, operation, id, metadata] of queued)
    database
      .prepare("INSERT INTO embeddings_queue (seq_id, operation, topic, id, metadata) VALUES (?, ?, ?, ?, ?)")
      .run(seq, operation, topic, id, metadata === null ? null : JSON.stringify(metadata));
}

const filled = {
  kept: { document: "text of kept", metadata: { size: 0 } },
  edited: { document: "edited", metadata: { mark: true } },
  fresh: { document: "fresh", metadata: { rate: 0.5 } },
};

describe("the directory of an earlier ChromaDB", () => {
  // Safe: the keys of the fixture's table.
  it.each(Object.keys(releases) as (keyof typeof releases)[])(
    "of %s gives segment and queue as its server would",
    async (release) => {
      const directory = join(scratch, `v${release}`);
      const database = makeDatabase(directory, release, join(data(), "chroma.sqlite3"));
      fill(database, release);
      database.close();
      const place = await openDirectory(directory);
      expect(place.collections).toMatchObject([{ name: "old_notes", records: null, identity: "c-1" }]);
      expect(await recordsOf(place, "old_notes")).toEqual(filled);
      await place.close();
      rmSync(directory, { recursive: true });
    },
  );

  it("is found below the one that was named, and read as its killed server left it", async () => {
    const directory = join(scratch, "volume", "data");
    const database = makeDatabase(directory, "0.6.3", join(data(), "chroma.sqlite3"));
    database.exec("PRAGMA journal_mode = WAL");
    fill(database, "0.6.3");
    // The database is open all the while: what was written stands in the write-ahead file alone.
    const place = await openDirectory(join(scratch, "volume"));
    expect(await recordsOf(place, "old_notes")).toEqual(filled);
    await place.close();
    database.close();
  });

  it("says what is wrong with one that is none, older or damaged", async () => {
    const refusal = async (directory: string) =>
      openDirectory(directory).then(
        () => "opened",
        (error: unknown) => String(error),
      );
    const empty = mkdtempSync(join(scratch, "empty-"));
    expect(await refusal(empty)).toContain("holds no chroma.sqlite3");
    expect(await refusal(join(scratch, "nowhere"))).toContain("ENOENT");
    writeFileSync(join(empty, "chroma-collections.parquet"), "");
    expect(await refusal(empty)).toContain("before 0.4");
    writeFileSync(join(empty, "chroma.sqlite3"), "not a database at all, but long enough to be looked at ".repeat(100));
    expect(await refusal(empty)).toContain("is damaged");
    const directory = join(scratch, "cut");
    const database = makeDatabase(directory, "0.5.23", join(data(), "chroma.sqlite3"));
    fill(database, "0.5.23");
    database.close();
    const file = join(directory, "chroma.sqlite3");
    truncateSync(file, Math.floor(statSync(file).size / 2));
    const place = await openDirectory(directory).catch((error: unknown) => error);
    expect(place).toMatchObject({ code: "MIGRATION_UNUSABLE" });
    expect(readdirSync(scratch).filter((name) => name.startsWith("commons-migrate-"))).toEqual([]);
  });

  it("gives what stands before a damaged page, and then says that it is damaged", async () => {
    const directory = join(scratch, "torn");
    const database = makeDatabase(directory, "0.6.3", join(data(), "chroma.sqlite3"));
    fill(database, "0.6.3");
    database.exec(`
      WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
      INSERT INTO embeddings (id, segment_id, embedding_id, seq_id) SELECT i, 's-METADATA', printf('r%05d', i), 1 FROM n`);
    database.exec(
      "INSERT INTO embedding_metadata (id, key, string_value) SELECT id, 'chroma:document', printf('%0500d', id) FROM embeddings WHERE id >= 10",
    );
    database.close();
    const file = join(directory, "chroma.sqlite3");
    const bytes = readFileSync(file);
    bytes.fill(0xff, Math.floor(bytes.length * 0.7), Math.floor(bytes.length * 0.75));
    writeFileSync(file, bytes);
    const place = await openDirectory(directory);
    let read = 0;
    const reading = async () => {
      for await (const page of place.read(collectionNamed(place, "old_notes"), signal)) read += page.records.length;
    };
    await expect(reading()).rejects.toMatchObject({
      code: "MIGRATION_UNUSABLE",
      message: expect.stringContaining("is damaged"),
    });
    expect(read).toBeGreaterThan(0);
    await place.close();
  });
});
