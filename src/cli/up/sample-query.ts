import { asCommonsError } from "../../core/errors.ts";
import type { Session } from "../../session/session.ts";

const readmeNames = ["README.md", "readme.md", "Readme.md", "README.markdown", "README.rst", "README.txt", "README"];
const maxReadmeBytes = 65_536;

// Headings that stand in every project find nothing that tells of this one.
const saysNothing =
  /^(table of )?contents$|licen[sc]e|install|usage|contribut|getting started|quick ?start|changelog|requirements|credits|acknowledg|badges?|support|faq|about|overview|introduction|readme/i;

const namesNothing = /^(index|main|mod|init|readme|license|types?)$/i;

/** A query to show what search does: a heading of the workspace's README, else the name of a document; null when there is neither. */
export async function chooseSampleQuery(session: Session, collection: string): Promise<string | null> {
  const readme = await readReadme(session);
  const heading = readme === null ? null : headingToSearch(readme);
  if (heading !== null) return heading;
  const { samples } = await session.call("collections.get", { collection });
  const names = samples.map(({ path }) => wordsOfPath(path));
  return names.find((words) => words.includes(" ")) ?? names.find((words) => words !== "") ?? null;
}

/** The first heading of two to eight words that says something of its own. */
export function headingToSearch(markdown: string): string | null {
  let isCode = false;
  for (const line of markdown.split(/\r?\n/)) {
    if (/^\s*(```|~~~)/.test(line)) isCode = !isCode;
    const heading = isCode ? undefined : /^#{2,4}\s+(.+?)\s*#*$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const plain = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .replaceAll(/[`*_]|<[^>]*>|:[a-z_]+:/g, "")
      .replaceAll(/[^\p{L}\p{N}\s'.,?-]/gu, " ")
      .replaceAll(/\s+/g, " ")
      .trim();
    const words = plain.split(" ").length;
    if (words >= 2 && words <= 8 && !saysNothing.test(plain)) return plain;
  }
  return null;
}

/** "src/http/parseRequest.test.ts" -> "parse request": a file's name as words; "" when it tells nothing. */
export function wordsOfPath(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\..*$/, "");
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 1);
  return words.length === 1 && namesNothing.test(words[0] ?? "") ? "" : words.join(" ").toLowerCase();
}

async function readReadme(session: Session): Promise<string | null> {
  const { workspace } = await session.workspace();
  for (const name of readmeNames) {
    try {
      const handle = await workspace.openInside(name);
      try {
        const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(maxReadmeBytes), position: 0 });
        return buffer.subarray(0, bytesRead).toString("utf8");
      } finally {
        await handle.close();
      }
    } catch (error) {
      // Missing, or not for reading: the next name counts. Only a defect goes on.
      if (error instanceof TypeError) throw asCommonsError(error);
    }
  }
  return null;
}
