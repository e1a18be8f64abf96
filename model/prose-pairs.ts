import { headingReader } from "../src/chunk/heading-readers.ts";
import { isQuery } from "./comment-text.ts";
import type { Pair } from "./pair.ts";

const minBodyChars = 80;
const maxBodyChars = 1_500;

/** Heading -> the text below it, of Markdown, reStructuredText and others that the product cuts by headings. */
export function prosePairs(file: { path: string; text: string; fileType: string }): Pair[] {
  const lines = file.text.split("\n");
  const headings = headingReader(file.fileType)?.(lines) ?? [];
  const path: { level: number; title: string }[] = [];
  const pairs: Pair[] = [];
  for (const [index, heading] of headings.entries()) {
    while ((path.at(-1)?.level ?? 0) >= heading.level) path.pop();
    const parent = path.at(-1)?.title ?? "";
    path.push(heading);
    const body = lines.slice(heading.line, headings[index + 1]?.line ?? lines.length).join("\n");
    const text = body
      .slice(body.indexOf("\n") + 1)
      .replace(/^[=\-~^"'`+*#]{3,}\n/, "")
      .trim();
    const title = heading.title.replaceAll(/[`*_]|<[^>]*>|\[([^\]]*)\]\([^)]*\)/g, "$1").trim();
    const query = title.split(/\s+/).length > 2 ? title : `${parent} ${title}`.trim();
    if (text.length < minBodyChars || !isEnglish(text) || query.length > 150) continue;
    if (!isQuery(query) && !/^[A-Za-z]{3,} [A-Za-z]{3,}$/.test(query)) continue;
    if (/changelog|history|release|^v?\d+\.\d+/i.test(`${query} ${file.path}`)) continue;
    pairs.push({
      kind: "section",
      query,
      code: text.slice(0, maxBodyChars),
      name: "",
      rest: "",
      path: file.path,
      language: "prose",
    });
  }
  return pairs;
}

function isEnglish(text: string): boolean {
  const head = text.slice(0, 300);
  // oxlint-disable-next-line no-control-regex -- ASCII begins with the control characters.
  return (head.match(/[\x00-\x7f]/g)?.length ?? 0) > 0.95 * head.length;
}
