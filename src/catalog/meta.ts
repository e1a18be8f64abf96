import type { Connection } from "./connection.ts";

/** Small facts by name. */
export interface MetaStore {
  get(key: string): string | null;
  set(key: string, value: string): void;
}

export function createMeta(connection: Connection): MetaStore {
  const get = connection.prepare<{ value: string }>("SELECT value FROM meta WHERE key = ?");
  const set = connection.prepare(
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  return {
    get: (key) => get.get(key)?.value ?? null,
    set: (key, value) => void set.run(key, value),
  };
}
