import { CommonsError, systemErrorCode } from "../../core/errors.ts";
import type { Session } from "../../session/session.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { splitName, wordsOfText } from "./sample-words.ts";

const readmeNames = ["README.md", "readme.md", "Readme.md", "README.markdown", "README.rst", "README.txt", "README"];
const maxReadBytes = 65_536;

// Headings that stand in every project find nothing that tells of this one.
const saysNothing =
  /^(table of )?contents$|licen[sc]e|install|usage|contribut|getting started|quick ?start|changelog|requirements|credits|acknowledg|badges?|support|faq|about|overview|introduction|readme/i;

const namesNothing = /^(index|main|mod|init|readme|license|types?)$/i;

/**
 * A query to show what search does: a heading of the workspace's README, else the name of a stored file, else a symbol or a frequent word
 * in one; null when there is nothing of that.
 */
export async function chooseSampleQuery(session: Session, collection: string): Promise<string | null> {
  const { workspace, source } = await session.workspace();
  for (const name of readmeNames) {
    const readme = readStart(workspace, name);
    const heading = readme === null ? null : headingToSearch(readme);
    if (heading !== null) return heading;
  }
  const { samples } = await session.call("collections.get", { collection });
  const own = samples.filter((sample) => sample.source === source.name && sample.chunks > 0);
  const names = own.map(({ path }) => wordsOfPath(path));
  const telling = names.find((words) => words.includes(" "));
  if (telling !== undefined) return telling;
  for (const { path } of own) {
    const text = readStart(workspace, path);
    const words = text === null ? null : wordsOfText(text);
    if (words !== null) return words;
  }
  return names.find((words) => words !== "") ?? null;
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
  const words = splitName(name);
  return words.length === 1 && namesNothing.test(words[0] ?? "") ? "" : words.join(" ");
}

/** The first 64 kB of a file; null when it is missing or not for reading. */
function readStart(workspace: Workspace, path: string): string | null {
  try {
    using file = workspace.openInside(path);
    return file.read(0, maxReadBytes).toString("utf8");
  } catch (error) {
    if (error instanceof CommonsError || systemErrorCode(error) !== undefined) return null;
    throw error;
  }
}
