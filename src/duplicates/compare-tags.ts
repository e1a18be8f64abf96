import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import { redactSecrets } from "../extract/redaction.ts";
import type { TagDifferences } from "./file-comparison.ts";

const maxRows = 40;
const maxValueChars = 160;

/** Where two images' tags differ; of images whose tags cannot be listed, the facts that are known. Secrets are taken out. */
export async function compareTags(first: PhotoFacts, second: PhotoFacts): Promise<TagDifferences> {
  const [a, b] = [valuesOf(first), valuesOf(second)];
  const names = [...a.keys(), ...[...b.keys()].filter((name) => !a.has(name))];
  const differing = names.filter((name) => a.get(name) !== b.get(name));
  const rows = await Promise.all(
    differing.slice(0, maxRows).map(async (name) => ({
      name,
      first: await shownValue(a.get(name)),
      second: await shownValue(b.get(name)),
    })),
  );
  return { rows, leftOut: differing.length - rows.length, equal: names.length - differing.length };
}

function valuesOf({ tags, facts }: PhotoFacts): Map<string, string> {
  const values = new Map<string, string>();
  if (tags === null || tags.length === 0)
    for (const [name, value] of Object.entries(facts)) values.set(name, String(value));
  for (const { block, name, text } of tags ?? []) {
    const key = `${block} ${name}`;
    const earlier = values.get(key);
    values.set(key, earlier === undefined ? text : `${earlier}; ${text}`);
  }
  return values;
}

async function shownValue(value: string | undefined): Promise<string | null> {
  if (value === undefined) return null;
  const { text } = await redactSecrets(value);
  return text.length > maxValueChars ? `${text.slice(0, maxValueChars).toWellFormed()}...` : text;
}
