import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { author, makeBatch, makeDirectory, makeDocument, viewer } from "../../test/contracts/catalog-fixture.ts";
import { asCommonsError } from "../core/errors.ts";
import { defaultEmbedderId } from "../embed/registry.ts";
import { openCatalogWorker } from "./catalog-client.ts";
import { catalogFileName } from "./connection.ts";

const workerPath = join(import.meta.dirname, "catalog-worker.ts");
let place: ReturnType<typeof makeDirectory>;
beforeEach(() => {
  place = makeDirectory();
});
afterEach(() => {
  place.remove();
});

const open = (rest: { workerPath?: string; embedderId?: string; onDeath?: () => void } = {}) =>
  openCatalogWorker({
    workerPath,
    embedderId: defaultEmbedderId,
    options: { directory: place.directory, mirror: "all" },
    ...rest,
  });

test("closing waits for the calls before it, and refuses those after it", async () => {
  const catalog = await open();
  const { collection } = await catalog.ensureCollection({ ...viewer, name: "app_code", kind: "permanent", author });
  const writing = catalog.write(makeBatch(collection.id, { documents: [makeDocument("a.ts", ["words"])] }));
  const closing = catalog.close();
  await expect(catalog.totals()).rejects.toMatchObject({ code: "HUB_STOPPING" });
  expect(await writing).toMatchObject({ added: 1 });
  await closing;
  await catalog.close();
  await expect(catalog.totals()).rejects.toMatchObject({ code: "HUB_STOPPING" });
});

test("a damaged file is an error of opening, with its hint", async () => {
  writeFileSync(join(place.directory, catalogFileName), "no database ".repeat(500));
  const error = await open().then(() => null, asCommonsError);
  expect(error?.code).toBe("CATALOG_DAMAGED");
  expect(error?.hint).toContain("doctor");
});

test("an unknown embedder is an error of opening", async () => {
  await expect(open({ embedderId: "absent" })).rejects.toMatchObject({ code: "SETTING_INVALID" });
});

test("a thread that dies says so and fails the calls that wait for it", async () => {
  const dying = join(place.directory, "dying.mjs");
  writeFileSync(
    dying,
    `import { parentPort } from "node:worker_threads";
     parentPort.postMessage({ kind: "ready" });
     parentPort.on("message", () => { throw new Error("gone"); });`,
  );
  const death = Promise.withResolvers<void>();
  const catalog = await open({ workerPath: dying, onDeath: death.resolve });
  await expect(catalog.totals()).rejects.toMatchObject({ code: "HUB_STOPPING" });
  await expect(catalog.totals()).rejects.toMatchObject({ code: "HUB_STOPPING" });
  await death.promise;
  await catalog.close();
});

test("a worker that cannot start fails the opening", async () => {
  await expect(open({ workerPath: join(place.directory, "absent.mjs") })).rejects.toMatchObject({ code: "INTERNAL" });
});
