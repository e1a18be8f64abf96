import { dirname, join, relative, sep } from "node:path";
import { findGitPlace } from "./git-facts.ts";
import { bytesOf } from "./git-attributes.ts";
import { readOuterRuleFile } from "./rule-files.ts";
import { parseRules } from "./rule-list.ts";

/**
 * Whether a `.commonsignore` takes a file in by a line with `!`, read from the disk for this question: the last rule that matches the
 * file itself, of the deepest such file between the repository's top (or `root`, where there is none) and it. `path` is relative to `root`.
 */
export async function isTakenByCommonsignore(root: string, path: string): Promise<boolean> {
  const top = (await findGitPlace(root))?.top ?? root;
  const file = join(root, path);
  const name = bytesOf(path.slice(path.lastIndexOf("/") + 1));
  for (let directory = dirname(file); ; directory = dirname(directory)) {
    const text = await readOuterRuleFile(join(directory, ".commonsignore"), { follow: false });
    const below = bytesOf(relative(directory, file).split(sep).join("/"));
    const rule = text === null ? null : parseRules(text, false).match({ path: below, name, isDirectory: false });
    if (rule !== null) return rule.isNegated;
    if (directory === top || dirname(directory) === directory) return false;
  }
}
