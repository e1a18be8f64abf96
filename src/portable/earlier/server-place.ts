import { z } from "zod";
import type { ForeignRecord } from "../../core/ports.ts";
import { type ChromaAnswer, ChromaServer } from "./chroma-request.ts";
import {
  type EarlierCollection,
  type EarlierPage,
  type EarlierPlace,
  maxRecordLength,
  pageRecords,
} from "./earlier-place.ts";
import { plainMetadata, recordLength, unreadable } from "./record-metadata.ts";
import { SeenIds } from "./seen-ids.ts";

export interface ServerPlaceOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** null: the one that the server says, else default_tenant. */
  readonly tenant: string | null;
  /** null: all of the tenant. */
  readonly database: string | null;
  readonly signal: AbortSignal;
}

/** Which of Chroma's APIs is spoken: 1 up to 0.6, 2 from 0.5.16 on; of servers that have both, 2. */
type Api = 1 | 2;

interface Connection {
  readonly server: ChromaServer;
  readonly api: Api;
}

const listedAtOnce = 500;
const maxCollections = 100_000;
const [defaultTenant, defaultDatabase] = ["default_tenant", "default_database"];

const named = z.object({ name: z.string() });
const listedCollection = z.object({
  id: z.string().max(100),
  name: z.string().max(600),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});
const identity = z.object({ tenant: z.string().nullish(), databases: z.array(z.string()).nullish() });
const recordLists = z.object({
  ids: z.array(z.string()),
  documents: z.array(z.string().nullable()).nullish(),
  metadatas: z.array(z.record(z.string(), z.unknown()).nullable()).nullish(),
});

/**
 * A ChromaDB server that answers by HTTP: 0.4 to 0.6 by API v1, 0.5.16 and later by API v2. Errors: MIGRATION_UNUSABLE when none answers,
 * when it wants a token, and for answers that no ChromaDB gives.
 */
export async function openServerPlace(options: ServerPlaceOptions): Promise<EarlierPlace> {
  const { signal } = options;
  const server = new ChromaServer(options.url, options.headers);
  const connection: Connection = { server, api: await spokenApi(server, signal) };
  const { tenant, databases } = await placesOf(connection, options);
  const collections: EarlierCollection[] = [];
  for (const database of databases)
    collections.push(...(await listCollections(connection, { tenant, database }, signal)));
  return {
    title: server.title,
    collections,
    isWhole: true,
    read: (collection, reading) => readRecords(connection, collection, reading),
    count: async (collection, counting) => {
      const value = await asked(connection, {
        method: "GET",
        path: `${pathOf(connection, collection)}/count`,
        signal: counting,
      });
      return typeof value === "number" ? value : null;
    },
    close: () => Promise.resolve(),
  };
}

/** Whether a ChromaDB answers at the address; anything else is no. */
export async function isChromaServer(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    await spokenApi(new ChromaServer(url, {}), signal);
    return true;
  } catch {
    return false;
  }
}

async function spokenApi(server: ChromaServer, signal: AbortSignal): Promise<Api> {
  for (const api of [2, 1] as const) {
    const answer = await server.ask({ method: "GET", path: `/api/v${api}/heartbeat`, signal });
    if (answer.kind === "answered" && isHeartbeat(answer.value)) return api;
    if (answer.kind === "refused" && (answer.status === 401 || answer.status === 403))
      throw refused(server, answer.status);
  }
  throw unreadable(`What answers at ${server.title} is no ChromaDB.`, { hint: "Check the address and the port." });
}

function isHeartbeat(value: unknown): boolean {
  return typeof value === "object" && value !== null && "nanosecond heartbeat" in value;
}

/** Which tenant and databases to look into. */
async function placesOf(
  connection: Connection,
  options: ServerPlaceOptions,
): Promise<{ readonly tenant: string; readonly databases: readonly string[] }> {
  const { server, api } = connection;
  const { signal } = options;
  const who = api === 2 ? await server.ask({ method: "GET", path: "/api/v2/auth/identity", signal }) : null;
  const said = who?.kind === "answered" ? identity.safeParse(who.value).data : undefined;
  const tenant = options.tenant ?? (said?.tenant && said.tenant !== "*" ? said.tenant : defaultTenant);
  if (options.database !== null) return { tenant, databases: [options.database] };
  const listed = api === 2 ? await listDatabases(server, tenant, signal) : [];
  const fallback = (said?.databases ?? []).filter((name) => name !== "*");
  const databases = listed.length > 0 ? listed : fallback;
  return { tenant, databases: databases.length > 0 ? databases : [defaultDatabase] };
}

/** Empty where the server cannot tell: those before 0.5.20 have no list. */
async function listDatabases(server: ChromaServer, tenant: string, signal: AbortSignal): Promise<string[]> {
  const path = `/api/v2/tenants/${encodeURIComponent(tenant)}/databases?limit=${listedAtOnce}`;
  const answer = await server.ask({ method: "GET", path, signal });
  if (answer.kind !== "answered") return [];
  return (z.array(named).safeParse(answer.value).data ?? []).map(({ name }) => name);
}

async function listCollections(
  connection: Connection,
  place: { readonly tenant: string; readonly database: string },
  signal: AbortSignal,
): Promise<EarlierCollection[]> {
  const found = new Map<string, EarlierCollection>();
  const base = basePath(connection.api, place);
  for (let offset = 0; ; offset += listedAtOnce) {
    const page = `limit=${listedAtOnce}&offset=${offset}`;
    const path = `${base.path}/collections?${base.query === "" ? page : `${base.query}&${page}`}`;
    const listed = parsedAs(
      connection,
      z.array(listedCollection),
      await asked(connection, { method: "GET", path, signal }),
    );
    const before = found.size;
    for (const { id, name, metadata } of listed) {
      const isOwn = metadata !== null && metadata !== undefined && "commons_id" in metadata;
      found.set(id, { identity: id, name, ...place, records: null, isOwn });
    }
    // Servers before 0.5 give all of them every time.
    if (listed.length < listedAtOnce || found.size === before || found.size >= maxCollections) break;
  }
  const counted: EarlierCollection[] = [];
  for (const collection of found.values()) {
    const path = `${pathOf(connection, collection)}/count`;
    const answer = await connection.server.ask({ method: "GET", path, signal });
    const records = answer.kind === "answered" && typeof answer.value === "number" ? answer.value : null;
    counted.push({ ...collection, records });
  }
  return counted;
}

async function* readRecords(
  connection: Connection,
  collection: EarlierCollection,
  signal: AbortSignal,
): AsyncGenerator<EarlierPage, void> {
  const seen = new SeenIds();
  let limit = pageRecords;
  for (let offset = 0; ;) {
    signal.throwIfAborted();
    const body = { limit, offset, include: ["documents", "metadatas"] };
    const path = `${pathOf(connection, collection)}/get`;
    const answer = await connection.server.ask({ method: "POST", path, body, signal });
    if (answer.kind === "too-long") {
      // Large records: fewer at once; one alone that is too large is left out.
      if (limit > 1) limit = Math.max(1, Math.floor(limit / 8));
      else {
        offset += 1;
        yield { records: [], tooLarge: 1, withoutId: 0 };
      }
      continue;
    }
    const lists = parsedAs(connection, recordLists, valueOf(connection, answer));
    if (lists.ids.length === 0) return;
    const before = seen.size;
    for (const id of lists.ids) seen.add(id);
    if (seen.size === before) throw goesRound(connection);
    yield pageOf(lists);
    offset += lists.ids.length;
    if (lists.ids.length < limit) return;
    limit = pageRecords;
  }
}

function pageOf({ ids, documents, metadatas }: z.infer<typeof recordLists>): EarlierPage {
  const page = { records: new Array<ForeignRecord>(), tooLarge: 0, withoutId: 0 };
  for (const [at, id] of ids.entries()) {
    const [document, metadata] = [documents?.[at] ?? null, plainMetadata(metadatas?.[at])];
    if (metadata === null) page.withoutId += 1;
    else if (recordLength(id, document, metadata) > maxRecordLength) page.tooLarge += 1;
    else page.records.push({ id, document, metadata });
  }
  return page;
}

/** Without this a server that knows no `offset` would be read for ever. */
function goesRound({ server }: Connection): Error {
  return unreadable(`${server.title} gives the same records again and again: it does not go on where it is asked to.`, {
    hint: "Read the data directory instead: commons migrate --from DIRECTORY",
  });
}

function basePath(api: Api, { tenant, database }: { readonly tenant: string; readonly database: string }) {
  const [t, d] = [encodeURIComponent(tenant), encodeURIComponent(database)];
  if (api === 2) return { path: `/api/v2/tenants/${t}/databases/${d}`, query: "" };
  return { path: "/api/v1", query: `tenant=${t}&database=${d}` };
}

/** Without a query: API v1 finds a collection by its id alone. */
function pathOf({ api }: Connection, { tenant, database, identity: id }: EarlierCollection): string {
  const base = basePath(api, { tenant: tenant ?? defaultTenant, database: database ?? defaultDatabase });
  return `${base.path}/collections/${encodeURIComponent(id)}`;
}

async function asked(connection: Connection, request: Parameters<ChromaServer["ask"]>[0]): Promise<unknown> {
  return valueOf(connection, await connection.server.ask(request));
}

function valueOf({ server }: Connection, answer: ChromaAnswer): unknown {
  if (answer.kind === "answered") return answer.value;
  if (answer.kind === "refused") throw refused(server, answer.status, answer.text);
  throw unreadable(`An answer of ${server.title} is longer than any that is taken.`, {
    hint: "Read the data directory instead: commons migrate --from DIRECTORY",
  });
}

function parsedAs<T>({ server }: Connection, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unreadable(`An answer of ${server.title} is not as ChromaDB's are.`, {
    hint: "Read the data directory instead: commons migrate --from DIRECTORY",
    cause: parsed.error,
  });
}

function refused(server: ChromaServer, status: number, text = ""): Error {
  if (status === 401 || status === 403)
    return unreadable(`The ChromaDB at ${server.title} wants a token or password (HTTP ${status}).`, {
      hint: 'Give it with --header "Authorization: Bearer TOKEN" or --header "X-Chroma-Token: TOKEN".',
    });
  const said = text === "" ? "" : `: ${text.replaceAll(/\s+/g, " ").slice(0, 200)}`;
  return unreadable(`The ChromaDB at ${server.title} answers with HTTP ${status}${said}.`, {
    hint: "Look at the server's log. Its data can also be read without it: commons migrate --from DIRECTORY",
  });
}
