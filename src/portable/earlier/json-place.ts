import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { EarlierCollection, EarlierPlace } from "./earlier-place.ts";
import { readJsonExport } from "./json-export.ts";
import { unpacked } from "./unpacked-json.ts";

/**
 * A file of JSON as a place: it holds one collection, which without a name of its own has none until a person gives one. It is known again by
 * what stands in it: names such as "code" stand in many files, and one must not be written over another. Errors: MIGRATION_UNUSABLE.
 */
export async function openJsonPlace(file: string, signal: AbortSignal): Promise<EarlierPlace> {
  const parts = readJsonExport(createReadStream(file, { signal }));
  const { value } = await parts.next();
  await parts.return();
  const head = value?.kind === "head" ? value.head : null;
  const collection: EarlierCollection = {
    identity: `json:${await contentHash(file, signal)}`,
    name: head?.name ?? "",
    tenant: null,
    database: null,
    records: head?.records ?? null,
    isOwn: false,
  };
  return {
    title: file,
    collections: [collection],
    isWhole: false,
    async *read(_collection, reading) {
      for await (const part of readJsonExport(createReadStream(file, { signal: reading })))
        if (part.kind === "page") yield part.page;
    },
    count: () => Promise.resolve(null),
    close: () => Promise.resolve(),
  };
}

/** Of what is compressed, what stands in it: the same export is the same either way. */
async function contentHash(file: string, signal: AbortSignal): Promise<string> {
  const digest = createHash("sha256");
  for await (const bytes of unpacked(createReadStream(file, { signal }))) digest.update(bytes);
  return digest.digest("hex");
}
