import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import { redactSecrets } from "../extract/redaction.ts";
import type { TagDifferences } from "./file-comparison.ts";

const maxRows = 40;
const maxValueChars = 160;

/**
 * Where two images' tags differ; of images of which one's tags cannot be listed, or has none, the facts that both have of their pixels and
 * their format. Secrets are taken out.
 */
export async function compareTags(first: PhotoFacts, second: PhotoFacts): Promise<TagDifferences> {
  const [a, b] = valuesOf(first, second);
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

type Values = ReadonlyMap<string, string>;

/** Tags with tags, facts with facts: what is a tag of the one may be a fact of the other, and both have it then. */
function valuesOf(first: PhotoFacts, second: PhotoFacts): readonly [Values, Values] {
  const facts = [factsOf(first), factsOf(second)] as const;
  if (first.tags === null || second.tags === null) return facts;
  const tags = [tagsOf(first.tags), tagsOf(second.tags)] as const;
  if (tags[0].size > 0 && tags[1].size > 0) return tags;
  if (tags[0].size === 0 && tags[1].size === 0) return facts;
  // The facts that only one has come from its tags, which are listed.
  const isShared = ([name]: readonly [string, string]): boolean => facts.every((each) => each.has(name));
  const both = (index: 0 | 1): Values => new Map([...[...facts[index]].filter(isShared), ...tags[index]]);
  return [both(0), both(1)];
}

function factsOf({ facts }: PhotoFacts): Values {
  return new Map(Object.entries(facts).map(([name, value]) => [name, String(value)]));
}

function tagsOf(tags: NonNullable<PhotoFacts["tags"]>): Values {
  const values = new Map<string, string>();
  for (const { block, name, text } of tags) {
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
