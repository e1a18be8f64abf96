import { afterEach, beforeEach, expect, test } from "vitest";
import {
  author,
  makeDirectory,
  openTestCatalog,
  origin,
  removal,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import { type ClockedCatalog, openClockedCatalog } from "../../test/fixtures/clocked-catalog.ts";

let place: ReturnType<typeof makeDirectory>;
let world: ClockedCatalog;
const codex = { agent: "codex", workspace: "/home/ann/app" };
const claude = { agent: "claude", workspace: null };

beforeEach(() => {
  place = makeDirectory();
  world = openClockedCatalog(place.directory);
});
afterEach(() => {
  world.catalog.close();
  place.remove();
});

function ensure(name: string, kind: "permanent" | "temporary" = "permanent"): string {
  return world.catalog.ensureCollection({ ...viewer, name, kind, author }).collection.id;
}
const users = () => world.catalog.sessionUses().map(({ sessionId, collection }) => `${sessionId} ${collection}`);

test("the first use of a collection by a session is kept, also when the catalog is opened again", () => {
  const id = ensure("app_code");
  world.catalog.noteUse("s1", id, codex);
  world.pass(60_000);
  world.catalog.noteUse("s2", id, claude);
  world.catalog.noteUse("s1", id, claude);
  const expected = [
    { sessionId: "s1", collection: "app_code", collectionId: id, ...codex, atMs: world.startMs },
    { sessionId: "s2", collection: "app_code", collectionId: id, ...claude, atMs: world.startMs + 60_000 },
  ];
  expect(world.catalog.sessionUses()).toEqual(expected);
  const reader = openTestCatalog(place.directory, { isReadOnly: true });
  expect(reader.sessionUses()).toEqual(expected);
  reader.close();
});

test("uses go with their sessions", () => {
  const id = ensure("app_code");
  for (const sessionId of ["s1", "s2", "s3"]) world.catalog.noteUse(sessionId, id, codex);
  world.catalog.forgetUses(["s2"]);
  expect(users()).toEqual(["s2 app_code"]);
});

test("uses go with their collection: nobody uses one that comes back", () => {
  const id = ensure("app_code");
  const scratch = ensure("scratch", "temporary");
  world.catalog.noteUse("s1", id, codex);
  world.catalog.noteUse("s1", scratch, codex);
  world.catalog.unloadCollection(id, removal);
  expect(users()).toEqual(["s1 scratch"]);
  world.catalog.noteUse("s1", id, codex);
  world.catalog.restoreCollection(viewer, "app_code", origin);
  world.catalog.dropTemporary([]);
  expect(users()).toEqual([]);
});

test("a use of what is not there is nothing", () => {
  world.catalog.noteUse("s1", "never", codex);
  expect(users()).toEqual([]);
});
