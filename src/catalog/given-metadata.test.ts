import { afterEach, beforeEach, expect, test } from "vitest";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSearch,
  openTestCatalog,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import { openConnection } from "./connection.ts";
import { schemaVersion1 } from "./schema.ts";

let place: ReturnType<typeof makeDirectory>;
beforeEach(() => {
  place = makeDirectory();
});
afterEach(() => {
  place.remove();
});

const spec = { ...viewer, name: "app_code", kind: "permanent" as const, author };

test("what was given is known apart from all facts, and a change of it alone is a change", () => {
  const catalog = openTestCatalog(place.directory);
  const { collection } = catalog.ensureCollection(spec);
  const facts = { title: "Same", topic: "auth" };
  const given = (givenMetadata: Record<string, string> | null) =>
    catalog.write(
      makeBatch(collection.id, { documents: [makeDocument("a.ts", ["x words"], { metadata: facts, givenMetadata })] }),
    );
  const known = () => {
    const [file] = catalog.knownPaths({ collectionId: collection.id, sourceKey: "ws-1", paths: ["a.ts"] });
    return file?.givenMetadata;
  };
  expect(given({ topic: "auth" })).toMatchObject({ added: 1 });
  expect(known()).toEqual({ topic: "auth" });
  expect(given({ topic: "auth" })).toMatchObject({ unchanged: 1 });
  expect(given({ title: "Same" })).toMatchObject({ changed: 1, unchanged: 0 });
  expect(known()).toEqual({ title: "Same" });
  expect(catalog.search(makeSearch(collection.id, "words")).hits[0]?.metadata).toMatchObject(facts);
  expect(given(null)).toMatchObject({ changed: 1 });
  expect(known()).toBeNull();
  catalog.close();
});

test("a catalog of version 1 is brought up to date", () => {
  const connection = openConnection({ directory: place.directory, isReadOnly: false });
  connection.write(() => {
    connection.exec(schemaVersion1);
    connection.exec("PRAGMA user_version = 1");
  });
  connection.close();
  const catalog = openTestCatalog(place.directory);
  const { collection } = catalog.ensureCollection(spec);
  catalog.write(makeBatch(collection.id, { documents: [makeDocument("a.ts", ["x"], { givenMetadata: { a: 1 } })] }));
  const known = catalog.knownFiles({ collectionId: collection.id, sourceKey: "ws-1", after: null, limit: 9 });
  expect(known).toMatchObject([{ path: "a.ts", givenMetadata: { a: 1 } }]);
  catalog.close();
});
