import { z } from "zod";
import type { Readable } from "node:stream";
import { asCommonsError, CommonsError } from "../../core/errors.ts";
import { exportsDirectory, isPlainName, openStoredExport, readChecked } from "../exports-directory.ts";
import { importCollection } from "../import-run.ts";
import { importLines } from "../portable-text.ts";
import type { Session } from "../session.ts";
import { defineTool, forceParameter } from "./tool.ts";

export const importCollectionTool = defineTool({
  name: "import_collection",
  title: "Import collection",
  description:
    "Import a collection that export_collection or `commons export` wrote, or the JSON of an earlier ChromaDB context server. It is there with all its documents at once, or, when the file is damaged, not at all.",
  effect: "destroys",
  isIdempotent: false,
  input: z.strictObject({
    input_path: z
      .string()
      .describe(
        "File in the workspace: relative, absolute, or beginning with /workspace. Or its name in the exports directory.",
      ),
    collection: z.string().optional().describe("Name for the collection. Default: the name that it had."),
    overwrite: z
      .boolean()
      .default(false)
      .describe("Replace a collection of that name, which can be restored for 7 days."),
    force: forceParameter,
  }),
  async run({ input_path, collection, overwrite, force }, { session, signal, progress }) {
    const report = await importCollection(session, {
      file: await openInput(session, input_path),
      name: collection ?? null,
      nameHint: "Name it with the parameter collection.",
      overwrite,
      force,
      signal,
      onProgress: ({ documents }) => progress({ done: documents, total: null, message: "importing documents" }),
    });
    return importLines(report).join("\n");
  },
});

/** The workspace comes first, as with every path; what is not there may be the name of an export. */
async function openInput(session: Session, path: string): Promise<Readable> {
  try {
    const { workspace } = await session.workspace();
    const { relative, root } = await workspace.resolve(path);
    return readChecked(workspace.openInside(relative, root));
  } catch (error) {
    const { code } = asCommonsError(error);
    if ((code !== "PATH_NOT_FOUND" && code !== "WORKSPACE_REFUSED") || !isPlainName(path)) throw error;
    const directory = await exportsDirectory(session);
    const stored = openStoredExport(directory, path);
    if (stored !== null) return stored;
    throw new CommonsError(code, `${path} is neither in the workspace nor in the exports directory ${directory}.`, {
      hint: "Give the path of a file in the workspace, or a name as export_collection answered it.",
      cause: error,
    });
  }
}
