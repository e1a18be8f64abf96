import type { OperationInput } from "../../src/protocol/operations.ts";
import { percentiles, timed } from "./percentiles.ts";
import type { SearchWorld } from "./search-world.ts";

type Search = OperationInput<"search">;

const filters: Readonly<Record<string, Search["filters"]>> = {
  none: {},
  // Nothing matches it in a corpus of the usual size: every document is asked.
  path: { path: "part3/**/*.ts" },
  commonPath: { path: "**/*.d.ts" },
  rarePath: { path: "part0/zod/**" },
  language: { language: "markdown" },
  kind: { kind: "function" },
  metadata: { where: { $and: [{ package: "typescript" }, { part: { $lt: 4 } }] } },
  contains: { where: { $contains: "Promise<" } },
  regex: { where: { $regex: "async\\s+\\w+\\(" } },
};

const restMs = 6_000;

/** One caller after the other: each query with each filter, the first time and again. */
export async function measureLatency({ client, collection, queries, status }: SearchWorld) {
  const caller = client("searcher");
  const search = (query: string, rest: Partial<Search> = {}) =>
    caller.call("search", { collections: [collection], query, limit: 8, mode: "hybrid", filters: {}, ...rest });
  const first = await timed(() => search(queries[0] ?? "first"));
  const measured: Record<string, unknown> = { firstMs: Math.round(first.ms) };
  for (const [name, filter] of Object.entries(filters)) {
    const times: number[] = [];
    let found = 0;
    for (const query of queries) {
      const { value, ms } = await timed(() => search(query, { filters: filter }));
      times.push(ms);
      found += value.hits.length > 0 ? 1 : 0;
    }
    measured[name] = { ...percentiles(times), found };
  }
  for (const mode of ["keyword", "semantic"] as const) {
    const times: number[] = [];
    for (const query of queries) times.push((await timed(() => search(query, { mode }))).ms);
    measured[mode] = percentiles(times);
  }
  const busy = await status();
  // Once nobody has asked for some seconds, the hub gives back what only makes the next answer faster.
  await new Promise((resolve) => setTimeout(resolve, restMs));
  const rested = await status();
  const megabytes = ({ hub }: { hub: { rssBytes: number } }) => Math.round(hub.rssBytes / 2 ** 20);
  return { ...measured, hubMegabytes: { busy: megabytes(busy), rested: megabytes(rested) } };
}
