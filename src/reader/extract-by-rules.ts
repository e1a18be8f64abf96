import type { Extraction, FileContent } from "../extract/extracted.ts";
import { extractFile } from "../extract/registry.ts";
import { isTakenByCommonsignore } from "../workspace/commons-verdict.ts";
import { readLinguistMarks } from "../workspace/git-attributes.ts";

/**
 * `extractFile`, with the project's last word on code that a tool seems to have written ("generated", "minified"): a line with `!` in
 * .commonsignore, or `-linguist-generated`, takes it in. Those are read only when the question comes up. `file.path` is relative to `root`.
 */
export async function extractByRules(file: FileContent, root: string): Promise<Extraction> {
  const extraction = await extractFile(file);
  if (extraction.kind !== "skipped" || (extraction.reason !== "generated" && extraction.reason !== "minified"))
    return extraction;
  const isTakenIn =
    (await isTakenByCommonsignore(root, file.path)) || (await readLinguistMarks(root, file.path)).isGenerated === false;
  return isTakenIn ? extractFile({ ...file, isHandWritten: true }) : extraction;
}
