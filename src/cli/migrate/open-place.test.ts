import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPlace } from "./open-place.ts";

/** Answers as ChromaDB 0.5 does, with one collection in the database `work`, and an error where `tenant` is none that it knows. */
const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://server");
  const isKnown = ["/api/v1/heartbeat", "/api/v1/collections", "/api/v1/collections/c1/count"].includes(url.pathname);
  const hasTenant = ["default_tenant", null].includes(url.searchParams.get("tenant"));
  const answers: Readonly<Record<string, unknown>> = {
    "/api/v1/heartbeat": { "nanosecond heartbeat": 1 },
    "/api/v1/collections": url.searchParams.get("database") === "work" ? [{ id: "c1", name: "notes" }] : [],
    "/api/v1/collections/c1/count": 3,
  };
  response.writeHead(isKnown && hasTenant ? 200 : 404, { "content-type": "application/json" });
  response.end(JSON.stringify(answers[url.pathname] ?? {}));
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Safe: a server that listens on a port has an address with one.
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const open = (tenant: string | null, database: string | null) => {
  const named = { headers: {}, tenant, database };
  const containers = () => {
    throw new Error("no containers here");
  };
  const options = { ...named, signal: new AbortController().signal, scratch: "/nowhere", containers };
  return openPlace({ kind: "url", url, ...named }, options);
};

describe("a tenant or database that a person names", () => {
  it("is looked into alone", async () => {
    const place = await open(null, "work");
    expect(place.collections).toMatchObject([{ name: "notes", database: "work", records: 3 }]);
  });

  it("that is not there is an error, not an empty place", async () => {
    const expected = { code: "COLLECTION_NOT_FOUND", message: expect.stringContaining('"nosuch"') };
    await expect(open(null, "nosuch")).rejects.toMatchObject(expected);
    await expect(open("nosuch", "work")).rejects.toMatchObject(expected);
  });
});
