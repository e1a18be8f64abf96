import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** A question; `relevant`: `path:line` of chunks, or paths of files, from the corpus' root. */
const itemSchema = z.strictObject({ query: z.string().min(3), relevant: z.array(z.string().min(1)).min(1).max(8) });

const setSchema = z.strictObject({
  /** What stands before the slash is the group: groups count alike in the mean. */
  name: z.string(),
  description: z.string(),
  corpus: z.string(),
  level: z.enum(["chunk", "file"]),
  items: z.array(itemSchema).min(1),
});

export type SetItem = z.infer<typeof itemSchema>;
export type SetFile = z.infer<typeof setSchema>;

export const setsDirectory = join(import.meta.dirname, "sets");

/** All sets in the order of their files. Throws when one is not as it must be. */
export function readSets(): SetFile[] {
  return readdirSync(setsDirectory)
    .filter((file) => file.endsWith(".json"))
    .toSorted()
    .map((file) => setSchema.parse(JSON.parse(readFileSync(join(setsDirectory, file), "utf8"))));
}

/** A set as its file has it: one question a line. */
export function setText({ items, ...facts }: SetFile): string {
  const lines = items.map((item) => `    ${JSON.stringify(item)}`).join(",\n");
  return `${JSON.stringify(facts, null, 2).replace(/\n\}$/, "")},\n  "items": [\n${lines}\n  ]\n}\n`;
}

export function groupOf({ name }: SetFile): string {
  return name.split("/")[0] ?? name;
}
