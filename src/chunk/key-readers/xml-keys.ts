import type { KeyLine, KeyReader } from "../data-keys.ts";

const maxDepth = 40;
const nameAttribute = /\s(?:[\w-]+:)?(?:name|id|key|Include|title)\s*=\s*(?:"([^"]{1,80})"|'([^']{1,80})')/i;
const skipped: readonly (readonly [start: string, end: string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
  ["<!", ">"],
];

/** Elements of an XML text, the first that begins on each line, called by their tag and their name or id. */
export const readXmlKeys: KeyReader = (lines) => {
  const text = lines.join("\n");
  const keys: KeyLine[] = [];
  const open: string[] = [];
  let line = 0;
  let counted = 0;
  for (let at = text.indexOf("<"); at !== -1; at = text.indexOf("<", at)) {
    const end = endOf(text, at);
    if (end === -1) break;
    const tag = text.slice(at + 1, end - 1);
    for (let next = text.indexOf("\n", counted); next !== -1 && next < at; next = text.indexOf("\n", counted)) {
      line++;
      counted = next + 1;
    }
    const name = /^\/?([\w:.-]{1,200})/.exec(tag)?.[1];
    if (name !== undefined && tag.startsWith("/")) {
      const place = open.lastIndexOf(name);
      if (place !== -1) open.length = place;
    } else if (name !== undefined) {
      if (keys.at(-1)?.line !== line && open.length <= maxDepth)
        keys.push({ line, depth: open.length, name: calledBy(name, tag) });
      if (!tag.endsWith("/") && open.length <= maxDepth) open.push(name);
    }
    at = end;
  }
  return keys;
};

function calledBy(name: string, tag: string): string {
  const match = nameAttribute.exec(tag.slice(0, 1_000));
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? name : `${name} ${value.trim()}`;
}

/** Behind the end of what begins at `at`; -1: nowhere. */
function endOf(text: string, at: number): number {
  const construct = skipped.find(([start]) => text.startsWith(start, at));
  const end = construct?.[1] ?? ">";
  const found = text.indexOf(end, at + 1);
  return found === -1 ? -1 : found + end.length;
}
