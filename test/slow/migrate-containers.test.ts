import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openContainer, openVolume, chromaLooks, type ContainerTools } from "../../src/cli/migrate/container-data.ts";
import { findRuntime } from "../../src/container/runtime.ts";
import { openDatabasePlace } from "../../src/portable/earlier/database-place.ts";
import { engineOrSkip } from "../fixtures/containers/engine-or-skip.ts";
import { baseImage, makeBaseImage } from "../fixtures/containers/offline-images.ts";
import { recordsOf } from "../fixtures/earlier-chroma.ts";
import { World } from "../fixtures/world.ts";

const found = await engineOrSkip("migrations from volumes and containers");
const scratch = mkdtempSync(join(tmpdir(), "commons-volumes-"));
afterAll(async () => {
  await found?.close();
  rmSync(scratch, { recursive: true, force: true });
});

const volume = `commons-test-chromadb-${process.pid}`;
const container = `commons-test-chroma-${process.pid}`;

describe.skipIf(found === null)("a volume of an earlier server", { timeout: 120_000 }, () => {
  // Safe: without an engine nothing of this block runs.
  const engine = found!;
  let tools: ContainerTools;
  let world: World;

  beforeAll(async () => {
    makeBaseImage(engine);
    const env = { ...process.env, ...engine.env };
    tools = { runtime: findRuntime("docker", env), env, scratch, signal: new AbortController().signal };
    world = await World.open({ env: engine.env });
    const data = join(scratch, "chroma.sqlite3");
    makeSmallDatabase(data);
    await engine.must(["volume", "create", volume]);
    await engine.must(["create", "--name", container, "-v", `${volume}:/data`, baseImage, "true"]);
    await engine.must(["cp", data, `${container}:/data/chroma.sqlite3`]);
    rmSync(data);
  });
  afterAll(async () => {
    await engine.docker(["rm", "--force", container]);
    await engine.docker(["volume", "rm", volume]);
    await world?.close();
  });

  const copies = () => readdirSync(scratch);
  const read = async (opened: { directory: string; close(): Promise<void> }) => {
    const place = await openDatabasePlace({ directory: opened.directory, title: "test", scratch });
    const records = await recordsOf(place, "old_notes");
    await place.close();
    await opened.close();
    return records;
  };
  const expected = { one: { document: "The mill wheel turns", metadata: {} } };

  it("is copied out of the container that has it, which is found by its volume", async () => {
    expect((await chromaLooks(tools)).volumes).toContain(volume);
    expect(await read(await openVolume(volume, tools))).toEqual(expected);
    expect(await read(await openContainer(container, tools))).toEqual(expected);
    expect(copies()).toEqual([]);
  });

  it("is brought over by the command, and is as it was", async () => {
    const { code, stdout, stderr } = await world.commons(["migrate", "--yes", "--from", `volume:${volume}`]);
    expect({ code, stderr: code === 0 ? "" : stderr + stdout }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("old_notes: 1 record, 1 text stored.");
    expect(await engine.must(["volume", "ls", "--quiet"])).toContain(volume);
  });

  it("is copied out of a container that is made for it and goes again, when none has it", async () => {
    await engine.must(["rm", "--force", container]);
    const before = await engine.must(["ps", "--all", "--quiet"]);
    // Where the system keeps it is read in place by root; nobody else may.
    const hidden = { ...tools, runtime: { ...tools.runtime, command: hiding(tools.runtime.command) } };
    expect(await read(await openVolume(volume, hidden))).toEqual(expected);
    expect(await engine.must(["ps", "--all", "--quiet"])).toBe(before);
    expect(copies()).toEqual(["docker"]);
  });

  it("that is not there, or holds something else, is told with the next step", async () => {
    await expect(openVolume("commons-test-nothing", tools)).rejects.toMatchObject({
      code: "MIGRATION_UNUSABLE",
      hint: expect.stringContaining("volume ls"),
    });
    await expect(openContainer("commons-test-nothing", tools)).rejects.toMatchObject({ code: "MIGRATION_UNUSABLE" });
  });
});

/** The program, as one whose volumes lie where this user may not look. */
function hiding(command: string): string {
  const script = join(scratch, "docker");
  const text = `#!/bin/sh\nif [ "$1" = volume ]; then echo /nowhere/commons; else exec ${command} "$@"; fi\n`;
  writeFileSync(script, text, { mode: 0o755 });
  return script;
}

/** As a ChromaDB of 0.5 would leave it, with one record. */
function makeSmallDatabase(file: string): void {
  const database = new DatabaseSync(file);
  database.exec(`
    CREATE TABLE collections (id TEXT PRIMARY KEY, name TEXT NOT NULL, dimension INTEGER);
    CREATE TABLE segments (id TEXT PRIMARY KEY, type TEXT NOT NULL, scope TEXT NOT NULL, collection TEXT);
    CREATE TABLE embeddings (id INTEGER PRIMARY KEY, segment_id TEXT NOT NULL, embedding_id TEXT NOT NULL, seq_id BLOB NOT NULL);
    CREATE TABLE embedding_metadata (id INTEGER, key TEXT NOT NULL, string_value TEXT, int_value INTEGER, float_value REAL, PRIMARY KEY (id, key));
    CREATE TABLE embeddings_queue (seq_id INTEGER PRIMARY KEY, operation INTEGER NOT NULL, topic TEXT NOT NULL, id TEXT NOT NULL, metadata TEXT);
    INSERT INTO collections VALUES ('c', 'old_notes', 3);
    INSERT INTO segments VALUES ('s', 'urn:chroma:segment/metadata/sqlite', 'METADATA', 'c');
    INSERT INTO embeddings VALUES (1, 's', 'one', 1);
    INSERT INTO embedding_metadata VALUES (1, 'chroma:document', 'The mill wheel turns', NULL, NULL);`);
  database.close();
}
